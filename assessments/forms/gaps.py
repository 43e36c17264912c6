"""Forms of the four gaps."""

from django import forms
from django.core.cache import cache
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions.gaps import GAPS, Mark
from civportal.lib.forms import FilterForm
from units.models import Unit

from .score import KINDS_SECONDS, kind_choices


def town_choices():
    """The towns by which lists are narrowed; cached, for they hardly ever change."""
    towns = cache.get_or_set(
        "towns",
        lambda: list(Unit.objects.existing().filter(category__code="town").values_list("pk", "name")),
        KINDS_SECONDS,
    )
    return [("", gettext("All towns")), *towns]


class GapFilter(FilterForm):
    """Narrows the list of units by who they are, and by what is missing."""

    WHO = ("q", "kind", "town")

    q = forms.CharField(label=_("Unit, alias or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False, choices=kind_choices)
    town = forms.TypedChoiceField(
        label=_("Town"), required=False, choices=town_choices, coerce=int, empty_value=None
    )
    gap = forms.ChoiceField(
        label=_("Which gap"), required=False, choices=[("", _("Any mark")), *GAPS.items()]
    )
    any = forms.BooleanField(label=_("With any gap"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("Most gaps first")), ("office", _("Office order"))],
    )

    def apply_who(self, rows):
        """Only by who the units are: the totals above the list count those."""
        self.full_clean()
        for name in self.WHO:
            value = self.cleaned_data.get(name)
            rows = getattr(self, f"narrow_{name}")(rows, value) if value else rows
        return rows

    def narrow_q(self, rows, text):
        return rows.filter(unit__in=Unit.objects.finding(text).order_by().values("pk"))

    def narrow_kind(self, rows, code):
        return rows.filter(unit__in=of_kind_code(code))

    def narrow_town(self, rows, town):
        return rows.filter(unit__town=town)

    def narrow_gap(self, rows, name):
        return rows.filter(**{f"{name}_mark": Mark.MISSING})

    def narrow_any(self, rows, _asked):
        return rows.filter(gap_count__gt=0)

    def narrow_order(self, rows, _asked):
        return rows.order_by("unit__sort_order", "pk")


class UnitsFilter(FilterForm):
    """Narrows a list of units by who they are."""

    q = forms.CharField(label=_("Unit, alias or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False, choices=kind_choices)
    town = forms.TypedChoiceField(
        label=_("Town"), required=False, choices=town_choices, coerce=int, empty_value=None
    )

    def narrow_q(self, units, text):
        return units.finding(text)

    def narrow_kind(self, units, code):
        return units.filter(pk__in=of_kind_code(code))

    def narrow_town(self, units, town):
        return units.filter(town=town)


def of_kind_code(code):
    """Numbers of the units of that kind, or of one below it."""
    at_it, below_it = (
        Unit.objects.filter(category__code=code),
        Unit.objects.filter(category__parent__code=code),
    )
    return (at_it | below_it).order_by().values("pk")
