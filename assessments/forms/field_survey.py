"""Forms of field surveys: begun with a sample, corrected, a finding written down, the list narrowed."""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import field_survey as surveys
from assessments.actions import weak_units
from assessments.models import FieldSurvey, SurveyedUnit
from assessments.models.field_survey import QUESTIONS, Found
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm
from units.forms.editing import EditForm, TidyForm
from units.forms.fields import DayField, UnitListField

from .gaps import of_kind_code, town_choices
from .score import kind_choices

SEEDS = 1_000_000
USUAL_SIZE = 10


class FactsForm(TidyForm, forms.Form):
    """What a survey is called, its day, and who goes."""

    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("For example: survey at the end of May.")
    )
    held_on = DayField(label=_("Day"), help_text=_("The portal's marks are those of this day."))
    surveyors = forms.CharField(label=_("Who goes"), max_length=120)

    def __init__(self, *args, year, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day.year != self.year:
            raise forms.ValidationError(_("Enter a day of the year %(year)s."), params={"year": self.year})
        return day


class BeginForm(FactsForm):
    """The same with the units: drawn among those of a kind and town, or named one by one."""

    DRAW, NAME = "draw", "name"

    how = forms.ChoiceField(
        label=_("Which units?"),
        choices=[(DRAW, _("Draw them by lot")), (NAME, _("Name them"))],
        initial=DRAW,
        widget=forms.RadioSelect,
    )
    size = forms.IntegerField(
        label=_("How many are drawn"),
        required=False,
        initial=USUAL_SIZE,
        min_value=1,
        max_value=surveys.AT_MOST,
    )
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False, choices=kind_choices)
    town = forms.TypedChoiceField(
        label=_("Town"), required=False, choices=town_choices, coerce=int, empty_value=None
    )
    seed = forms.IntegerField(
        label=_("Number to draw by"),
        required=False,
        min_value=0,
        max_value=SEEDS - 1,
        help_text=_("Left empty, the portal takes one."),
    )
    units = UnitListField(
        label=_("These units"),
        required=False,
        help_text=_(
            "One on each line: name, short name or credit code. A column of a spreadsheet can be pasted."
        ),
    )

    def __init__(self, *args, cycle, **kwargs):
        initial = {"held_on": today(), **kwargs.pop("initial", {})}
        super().__init__(*args, year=cycle.year, initial=initial, **kwargs)
        self.takers = weak_units.takers(cycle)
        self.fields["units"].queryset = self.takers
        for name in ("size", "units"):
            # Needed for one of the two ways; the page does not call it optional.
            self.fields[name].asked_later = True

    def clean(self):
        values = super().clean()
        if values.get("how") == self.NAME and not values.get("units") and "units" not in self.errors:
            self.add_error("units", _("Name at least one unit."))
        if values.get("how") == self.DRAW and not values.get("size") and "size" not in self.errors:
            self.add_error("size", _("Say how many units are drawn."))
        return values

    @property
    def facts(self):
        return {name: self.cleaned_data[name] for name in ("title", "held_on", "surveyors")}

    def sample(self):
        """(numbers of the units, how they were drawn); raises ValidationError where there are too few."""
        asked = self.cleaned_data
        if asked["how"] == self.NAME:
            return [unit.pk for unit in asked["units"]], None
        among = self.takers
        if asked["kind"]:
            among = among.filter(pk__in=of_kind_code(asked["kind"]))
        if asked["town"]:
            among = among.filter(town=asked["town"])
        seed = secrets.randbelow(SEEDS) if asked["seed"] is None else asked["seed"]
        return surveys.draw(among, size=asked["size"], seed=seed, **self.names)

    @property
    def names(self):
        """Kind and town by name, as the survey keeps them."""
        asked = {name: self.cleaned_data[name] for name in ("kind", "town")}
        return {name: str(dict(self.fields[name].choices)[it]) if it else "" for name, it in asked.items()}


class EditFactsForm(FactsForm, EditForm):
    class Meta:
        model = FieldSurvey
        fields = ("title", "held_on", "surveyors")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, year=kwargs["instance"].cycle.year, **kwargs)

    def save_values(self, values, *, by, seen):
        return surveys.edit(self.instance, values, by=by, seen=seen)


class FindingForm(TidyForm, EditForm):
    """What was found at one unit: four answers, and a line."""

    class Meta:
        model = SurveyedUnit
        fields = (*(f"{name}_found" for name in QUESTIONS), "note")
        labels = {"note": _("What was seen")}
        help_texts = {
            "note": _("Where it could not be looked at: why. The unit reads this once it is closed.")
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 2, "maxlength": 200})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in QUESTIONS:
            field = SurveyedUnit._meta.get_field(f"{name}_found")
            self.fields[f"{name}_found"] = forms.ChoiceField(
                label=field.verbose_name,
                required=False,
                choices=[*Found.choices, ("", _("not looked at"))],
                widget=forms.RadioSelect,
            )
            # Before the survey is closed it has to be there.
            self.fields[f"{name}_found"].asked_later = True

    def save_values(self, values, *, by, seen):
        return surveys.record(self.instance, values, by=by, seen=seen)


class SurveyFilter(FilterForm):
    """Narrows the list of field surveys."""

    q = forms.CharField(label=_("Title"), required=False, max_length=60)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *FieldSurvey.Status.choices]
    )

    def narrow_q(self, surveys, text):
        return surveys.filter(title__icontains=text)

    def narrow_status(self, surveys, status):
        return surveys.filter(status=status)
