"""Forms of the honors: narrowing the roll, choosing whom to grant, revoking."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import honor
from assessments.models import Award, HonorItem
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm, SeveralField, VersionForm
from units.forms.fields import DayInput
from units.models import Category, Unit, of_kind

FIRST_YEAR = 1984


class RollFilter(FilterForm):
    """Narrows the public roll; the address is the filter and can be passed on."""

    q = forms.CharField(label=_("Unit or document"), required=False, max_length=60)
    level = forms.ChoiceField(label=_("Level"), required=False)
    kind = forms.ModelChoiceField(
        label=_("Kind of unit"),
        required=False,
        empty_label=_("All kinds"),
        queryset=Category.objects.filter(parent__isnull=True),
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=9999,
        widget=forms.NumberInput(attrs={"placeholder": _("Year")}),
    )

    at = forms.DateField(label=_("As at"), required=False, widget=DayInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", _("All levels")), *HonorItem.Level.choices]

    @property
    def day(self):
        """The day as at which the roll is asked, or None for now."""
        return self.cleaned_data.get("at") if self.is_bound and self.is_valid() else None

    def held(self):
        """The honors that stand now, or stood on the day asked for, before anything else narrows them."""
        return Award.objects.as_at(self.day) if self.day else Award.objects.standing()

    def narrow_at(self, awards, day):
        return awards.as_at(day)

    def narrow_q(self, awards, text):
        return awards.finding(text)

    def narrow_level(self, awards, level):
        return awards.filter(item__level=level)

    def narrow_kind(self, awards, kind):
        return awards.filter(of_kind(kind, "unit__"))

    def narrow_year(self, awards, year):
        return awards.filter(year=year)


class AwardFilter(RollFilter):
    """Narrows the office's list, by the honor itself and by what was revoked as well."""

    kind = None
    item = forms.ModelChoiceField(
        label=_("Honor"), required=False, empty_label=_("All honors"), queryset=HonorItem.objects.all()
    )
    status = forms.ChoiceField(label=_("Status"), required=False)

    field_order = ("q", "level", "item", "year", "status", "at")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("Any status")), *Award.Status.choices]

    def narrow_item(self, awards, item):
        return awards.filter(item=item)

    def narrow_status(self, awards, status):
        return awards.filter(status=status)


class UnitSearch(forms.Form):
    """Looks a unit up by its name."""

    q = forms.CharField(label=_("Name of the unit"), required=False, max_length=60)


class PickForm(forms.Form):
    """Which honor of which year, and among which units; what follows depends on it."""

    item = forms.ModelChoiceField(
        label=_("Honor"),
        queryset=HonorItem.objects.select_related("kind"),
        empty_label=_("Choose an honor"),
    )
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR)
    kind = forms.ModelChoiceField(
        label=_("Only units of this kind"),
        required=False,
        empty_label=_("All kinds"),
        queryset=Category.objects.all(),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", today().year)

    def clean_year(self):
        """A title is granted for a year that has been, or for the next one at the latest."""
        year = self.cleaned_data["year"]
        if year > today().year + 1:
            raise forms.ValidationError(_("Give a year up to %(last)s."), params={"last": today().year + 1})
        return year


class GrantForm(PickForm):
    """The document, and the units it names."""

    item = forms.ModelChoiceField(queryset=HonorItem.objects.select_related("kind"), widget=forms.HiddenInput)
    year = forms.IntegerField(min_value=FIRST_YEAR, widget=forms.HiddenInput)
    kind = forms.ModelChoiceField(required=False, queryset=Category.objects.all(), widget=forms.HiddenInput)
    document_number = forms.CharField(
        label=_("Number of the document"),
        max_length=60,
        help_text=_("For example 云文明委〔2026〕3号; other brackets are put right."),
    )
    granted_on = forms.DateField(
        label=_("Date of the document"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    units = SeveralField(
        label=_("Units"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one unit."),
            "invalid_choice": _("One of the units cannot be chosen any more; look at the list again."),
        },
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units
        self.initial.setdefault("granted_on", today())

    def clean_document_number(self):
        return honor.checked_number(self.cleaned_data["document_number"])

    def clean_granted_on(self):
        honor.refuse_future(self.cleaned_data["granted_on"])
        return self.cleaned_data["granted_on"]


class RecognizeForm(VersionForm):
    """Which successor takes it on, by which decision."""

    successor = forms.ModelChoiceField(
        label=_("Successor"), queryset=Unit.objects.none(), widget=forms.RadioSelect
    )
    document_number = forms.CharField(label=_("Number of the decision"), max_length=60)
    decided_on = forms.DateField(label=_("Date of the decision"), widget=DayInput)

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        successors = Unit.objects.filter(predecessors__before=record.unit)
        self.fields["successor"].queryset = successors
        self.initial |= {"decided_on": today(), "successor": successors.first()}


class ConfirmForm(VersionForm):
    """The document that names the candidate."""

    document_number = forms.CharField(
        label=_("Number of the document"),
        max_length=60,
        help_text=_("For example 云文明委〔2026〕3号; other brackets are put right."),
    )
    granted_on = forms.DateField(label=_("Date of the document"), widget=DayInput)


class DropForm(VersionForm):
    """Why the candidate was not named; the record keeps it."""

    note = forms.CharField(
        label=_("Why was it not named?"),
        max_length=300,
        help_text=_("The unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )


class TerminateForm(VersionForm):
    """Why it is not passed on; the record keeps it."""

    note = forms.CharField(
        label=_("Why is it not passed on?"),
        max_length=300,
        help_text=_("The successor reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )


class RevokeForm(VersionForm):
    """Why; the record keeps it."""

    note = forms.CharField(
        label=_("Why is it revoked?"),
        max_length=300,
        help_text=_("The unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )
