"""Forms of the review."""

from decimal import Decimal

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from assessments.actions import ledger, reason, review
from assessments.models import Indicator, LedgerEntry, ReturnPoint, ReturnReason
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm, VersionForm
from civportal.lib.money import plain_decimal
from units.forms.editing import EditForm, TidyForm
from units.models import Category, of_kind

# So many places can be pinned in one return; the note says the rest.
POINTS_AT_ONCE = 6


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

    def narrow_q(self, entries, text):
        return entries.finding(text)

    def narrow_kind(self, entries, kind):
        return entries.filter(of_kind(kind, "unit__"))

    def narrow_indicator(self, entries, indicator):
        return entries.claiming(indicator)

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


class PointForm(TidyForm, forms.Form):
    """One thing that a return wants changed: where, why, and a line of one's own."""

    place = forms.ChoiceField(label=_("Which place"), required=False)
    reason = forms.ModelChoiceField(
        label=_("Reason"),
        required=False,
        queryset=ReturnReason.objects.offered(),
        empty_label=_("choose a reason"),
    )
    note = forms.CharField(label=_("In your own words"), required=False, max_length=200)

    def __init__(self, *args, places, reasons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places
        self.fields["reason"].choices = reasons

    def clean(self):
        values = super().clean()
        if values.get("place") and not (values.get("reason") or values.get("note")):
            self.add_error("reason", _("Choose a reason or write one."))
        return values

    @property
    def asked(self):
        """The point as `review.send_back` takes it; None where nothing is asked."""
        values = self.cleaned_data
        if not (values["reason"] or values["note"]):
            return None
        kind, _colon, name = values["place"].partition(":")
        spot = {"field": name} if kind == "field" else {f"{kind}_id": int(name)} if name else {}
        return review.Asked(**spot, reason=values["reason"], note=values["note"])


def places_of(entry):
    """Where in the record something can be pinned, grouped as a list offers it."""
    told = [name for name in ledger.TOLD if name != "indicators" and (name != "news" or entry.based_on_id)]
    fields = [(f"field:{name}", capfirst(label_of(name))) for name in told]
    claims = [(f"indicator:{claim.indicator_id}", str(claim.indicator)) for claim in entry.claims.all()]
    files = [(f"file:{file.pk}", file.name) for file in entry.files.all()]
    return [
        ("", _("the whole record")),
        (_("Words"), fields),
        *([(_("Indicators"), claims)] if claims else []),
        (_("Evidence"), [*files, (f"field:{ReturnPoint.FILES}", _("further files are wanted"))]),
    ]


def label_of(name):
    return LedgerEntry._meta.get_field(name).verbose_name


PointForms = forms.formset_factory(PointForm, extra=POINTS_AT_ONCE, max_num=POINTS_AT_ONCE, validate_max=True)


class SendBackForm(VersionForm):
    """What the unit should change: pinned to places of the record, or in words about the whole."""

    note = forms.CharField(
        label=_("What should the unit change?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    correct_by = forms.DateField(
        label=_("To be corrected by"),
        required=False,
        help_text=_("Five working days from today unless you name another day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        # One question for all rows.
        choices = list(self.reason_choices())
        self.points = PointForms(
            self.point_data() if self.is_bound else None,
            prefix="points",
            form_kwargs={"places": places_of(record), "reasons": choices},
        )

    def point_data(self):
        """What was sent of the points; whoever sends none at all asks only in words."""
        none = {"points-TOTAL_FORMS": "0", "points-INITIAL_FORMS": "0"}
        return self.data if "points-TOTAL_FORMS" in self.data else none

    @staticmethod
    def reason_choices():
        yield "", PointForm.base_fields["reason"].empty_label
        for offered in ReturnReason.objects.offered():
            yield offered.pk, offered.title

    def clean(self):
        values = super().clean()
        if self.points.is_valid() and not (values.get("note") or self.asked):
            self.add_error("note", _("Say what the unit should change, or pin a reason to a place."))
        return values

    def clean_correct_by(self):
        day = self.cleaned_data["correct_by"]
        if day and day < today():
            raise forms.ValidationError(_("This day has passed."))
        return day

    def is_valid(self):
        return super().is_valid() and self.points.is_valid()

    @property
    def asked(self):
        """The points as `review.send_back` takes them."""
        return [form.asked for form in self.points if form.has_changed() and form.asked]


class ReturnReasonForm(TidyForm, EditForm):
    """A reason of the library, worded by the office."""

    class Meta:
        model = ReturnReason
        fields = ("title", "text", "is_offered")
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 200})}

    def clean_title(self):
        title = self.cleaned_data["title"]
        if ReturnReason.objects.filter(title=title).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a reason of this name already."))
        return title

    def save_values(self, values, *, by, seen):
        if self.instance.pk is None:
            return reason.add(values, by=by)
        return reason.edit(self.instance, values, by=by, seen=seen)


class ReasonForm(forms.Form):
    """An act that needs a reason and nothing else."""

    note = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )
