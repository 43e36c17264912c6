"""Forms of the acts in a unit's life: from which day, by which document."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import today
from units.models import Category, Unit

from .editing import attempt
from .fields import DayInput, NamedUnitField
from .unit import UnitForm, UnitRules, standings


class ActForm(forms.Form):
    """What every act needs; a subclass adds what it changes and calls the action with `values()`."""

    on = forms.DateField(
        label=_("From"),
        widget=DayInput,
        help_text=_("The first day on which it is so."),
    )
    document_number = forms.CharField(
        label=_("Number of the document"), max_length=60, help_text=_("For example 云编发〔2026〕3号.")
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    meanwhile = UnitForm.meanwhile
    field_order = ["name", "names", "into", "others", "stays", "on", "document_number", "note"]

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.initial = {"on": today(), "seen": unit.version, **self.initial}

    def act(self, act, *what, **more):
        """Let the action happen; None when it is refused, and the form says why."""
        return attempt(self, act, *what, **more)

    @property
    def said(self):
        """The day, the document and the remark, as the actions take them."""
        return {name: self.cleaned_data[name] for name in ("on", "document_number", "note")}


class RenameForm(ActForm):
    name = forms.CharField(label=_("New name"), max_length=100)


class ChangeForm(UnitRules, ActForm):
    """What can be different from a day on. The document may be missing: a list of leaders has none."""

    FACTS = (
        "category",
        "participation",
        "participation_note",
        "is_new_participant",
        "supervisor",
        "town",
        "top_leader",
        "leader_in_charge",
        "uscc",
    )

    category = forms.ModelChoiceField(label=_("category"), required=False, queryset=Category.objects.all())
    participation = forms.ChoiceField(label=_("participation"), choices=Unit.Participation.choices)
    participation_note = forms.CharField(label=_("why so"), required=False, max_length=200)
    is_new_participant = forms.BooleanField(label=_("new participant"), required=False)
    supervisor = NamedUnitField(label=_("supervising unit"), required=False)
    town = NamedUnitField(
        label=_("town"), required=False, queryset=Unit.objects.existing().filter(category__code="town")
    )
    top_leader = forms.CharField(label=_("top leader"), required=False, max_length=60)
    leader_in_charge = forms.CharField(label=_("leader in charge"), required=False, max_length=60)
    uscc = forms.CharField(label=_("unified social credit code"), required=False, max_length=40)

    field_order = ["on", *FACTS, "document_number", "note"]

    def __init__(self, *args, unit, **kwargs):
        facts = {name: getattr(unit, name) for name in self.FACTS}
        super().__init__(*args, unit=unit, **kwargs)
        self.instance = unit
        self.initial = {**facts, **self.initial}
        self.fields["document_number"].required = False
        self.fields["participation"].choices = standings(unit)

    @property
    def facts(self):
        return {name: self.cleaned_data[name] for name in self.FACTS}


class MergeForm(ActForm):
    """Into a unit that is there, or into a new one; perhaps together with others."""

    into = NamedUnitField(
        label=_("Into the unit"), required=False, help_text=_("A unit that is in the register and goes on.")
    )
    name = forms.CharField(
        label=_("Or into a new unit of the name"), required=False, max_length=100,
        help_text=_("When all of them end and something new begins."),
    )  # fmt: skip
    others = forms.CharField(
        label=_("Merged together with it"), required=False, max_length=2000,
        help_text=_("Further units that end by the same act, one on each line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    field_order = ["into", "name", "others", "on", "document_number", "note"]

    def clean_others(self):
        field = NamedUnitField(required=False)
        found = [field.clean(line) for line in self.cleaned_data["others"].splitlines()]
        return [unit for unit in found if unit]

    def clean(self):
        values = super().clean()
        if not self.errors and bool(values["into"]) == bool(values["name"]):
            self.add_error("into", _("Say either which unit goes on, or the name of the new one."))
        if values.get("name") and not values.get("others"):
            self.add_error("others", _("Name what is merged with it; a unit by itself is renamed."))
        return values

    @property
    def gone(self):
        """The units that end."""
        units = {unit.pk: unit for unit in (self.unit, *self.cleaned_data["others"])}
        return list(units.values())


class SplitForm(ActForm):
    names = forms.CharField(
        label=_("New units"), max_length=2000, help_text=_("Their names, one on each line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    stays = forms.BooleanField(
        label=_("The unit itself stays"), required=False, initial=True,
        help_text=_("If not, the first of the new ones takes on its people, its year and its branches."),
    )  # fmt: skip

    def clean_names(self):
        return [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]


class DissolveForm(ActForm):
    """Ended without a successor."""
