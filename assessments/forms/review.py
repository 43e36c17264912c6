"""Forms of the review."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator
from civportal.lib.forms import FilterForm, VersionForm
from civportal.lib.money import plain_decimal
from units.models import Category, of_kind


class QueueFilter(FilterForm):
    """Narrows the queue; the address is the filter and can be passed on."""

    q = forms.CharField(label=_("Title, unit or receipt"), required=False)
    kind = forms.ModelChoiceField(
        label=_("Kind of unit"),
        required=False,
        empty_label=_("All kinds"),
        queryset=Category.objects.filter(parent__isnull=True),
    )
    indicator = forms.ModelChoiceField(
        label=_("Indicator"),
        required=False,
        empty_label=_("All indicators"),
        queryset=Indicator.objects.in_use().proved_by_ledger(),
    )
    again = forms.BooleanField(label=_("Corrected ones only"), required=False)
    assigned = forms.BooleanField(label=_("Assigned to me"), required=False)

    def narrow_q(self, entries, text):
        return entries.finding(text)

    def narrow_kind(self, entries, kind):
        return entries.filter(of_kind(kind, "unit__"))

    def narrow_indicator(self, entries, indicator):
        return entries.claiming(indicator)

    def narrow_assigned(self, entries, assigned):
        """`to_decide_by` says of each entry whether it is assigned to the person."""
        return entries.filter(is_assigned_here=True)

    def narrow_again(self, entries, again):
        return entries.filter(round__gt=1)


class AcceptForm(VersionForm):
    """Points for every indicator the entry claims, and a word to the unit."""

    note = forms.CharField(
        label=_("To the unit"), required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, record=entry, **kwargs)
        self.entry = entry
        for claim in entry.claims.all():
            self.fields[f"points_{claim.pk}"] = forms.DecimalField(
                label=str(claim.indicator),
                min_value=0,
                max_value=Decimal(plain_decimal(claim.indicator.maximum)),
                max_digits=6,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
            )
            if claim.indicator.must_show:
                self.fields[f"shown_{claim.pk}"] = forms.MultipleChoiceField(
                    label=_("Seen in the files"),
                    choices=[(name, name) for name in claim.indicator.must_show],
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )

    @property
    def claim_fields(self):
        """(claim, its points, what is to be seen in its files or None), in the order of the standard."""
        return [
            (
                claim,
                self[f"points_{claim.pk}"],
                self[name] if (name := f"shown_{claim.pk}") in self.fields else None,
            )
            for claim in self.entry.claims.all()
        ]

    @property
    def shown(self):
        """Claim number → what the reviewer saw in the files, as `review.accept` takes it."""
        return {claim.pk: self.cleaned_data.get(f"shown_{claim.pk}", []) for claim in self.entry.claims.all()}

    @property
    def points(self):
        """Claim number → points, as `review.accept` takes them."""
        return {claim.pk: self.cleaned_data[f"points_{claim.pk}"] for claim in self.entry.claims.all()}


class SendBackForm(VersionForm):
    """A reason is not optional."""

    note = forms.CharField(
        label=_("What should the unit change?"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )


class ReasonForm(forms.Form):
    """An act that needs a reason and nothing else."""

    note = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )
