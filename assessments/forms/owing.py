"""Narrowing who still owes what."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.actions import owing
from civportal.lib.forms import FilterForm
from units.models import of_kind


class OwingFilter(FilterForm):
    """By kind of unit, town and state; `duty` opens one thing, `year` an older year."""

    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    town = forms.ChoiceField(label=_("Town"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any state")), *((state.value, state.label) for state in owing.STATES)],
    )
    duty = forms.CharField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(required=False, min_value=2000, max_value=2999, widget=forms.HiddenInput)

    def __init__(self, *args, duties, **kwargs):
        """`duties` are all that the person sees; what is the same for all of them is not asked."""
        super().__init__(*args, **kwargs)
        kinds, towns = places(duties)
        self.fields["kind"].choices = [("", _("Any kind")), *kinds]
        self.fields["town"].choices = [("", _("Any town")), *towns]
        if len(kinds) < 2:
            del self.fields["kind"]
        if not towns:
            del self.fields["town"]

    @property
    def asked_year(self):
        self.full_clean()
        return self.cleaned_data.get("year")

    @property
    def matter(self):
        """The one thing that is opened, or None for all of them."""
        return owing.about(self.cleaned_data.get("duty", ""))

    @property
    def is_narrowed(self):
        """Opening one thing is no filter, and neither is another year."""
        return any(self.data.get(name) for name in ("kind", "town", "state"))

    def but_state(self, duties):
        """Narrowed by everything else, so that each state can be counted."""
        self.full_clean()
        for name in ("kind", "town", "duty"):
            if value := self.cleaned_data.get(name):
                duties = getattr(self, f"narrow_{name}")(duties, value)
        return duties

    def narrow_kind(self, duties, kind):
        return duties.filter(of_kind(int(kind), "unit__"))

    def narrow_town(self, duties, town):
        return duties.filter(Q(unit__town=int(town)) | Q(unit=int(town)))

    def narrow_state(self, duties, state):
        return duties.filter(standing=state)

    def narrow_duty(self, duties, slug):
        matter = owing.about(slug)
        return owing.of_matter(duties, matter) if matter else duties

    def narrow_year(self, duties, year):
        return duties.filter(cycle__year=year)

    def say_duty(self, slug):
        matter = owing.about(slug)
        return str(matter.label) if matter else ""

    def say_year(self, year):
        return str(year)


def places(duties):
    """(kinds, towns) in which the duties are owed, as choices; one statement."""
    category, town = "unit__category", "unit__town"
    names = (f"{category}__parent", f"{category}__parent__name", category, f"{category}__name",
             town, f"{town}__name")  # fmt: skip
    kinds, towns = {}, {}
    rows = duties.order_by().values_list(*names).distinct()
    for upper, upper_name, lower, lower_name, place, place_name in rows:
        if lower:
            kinds[str(upper or lower)] = upper_name or lower_name
        if place:
            towns[str(place)] = place_name
    return sorted(kinds.items(), key=in_order), sorted(towns.items(), key=in_order)


def in_order(choice):
    """Categories and units were made in the office's order."""
    return int(choice[0])
