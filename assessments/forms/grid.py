"""Forms of the score grid."""

import re

from django import forms
from django.core.cache import cache
from django.core.validators import MaxLengthValidator
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions.values import BASIS_LENGTH, Cell, Place
from civportal.lib.money import plain_decimal
from civportal.lib.web import whole_number
from units.models import Unit

from .score import KINDS_SECONDS, SheetFilter

BLOCK_LENGTH = 500_000
# As the page names it: another spelling of the same numbers would be a second cell for one value.
CELL = re.compile(r"cell-([1-9][0-9]*)-([1-9][0-9]*)")


def supervisor_choices():
    """The units that supervise others; cached, for they hardly ever change."""
    supervisors = cache.get_or_set(
        "supervisors",
        lambda: list(
            Unit.objects.filter(Exists(Unit.objects.filter(supervisor=OuterRef("pk")))).values_list(
                "pk", "name"
            )
        ),
        KINDS_SECONDS,
    )
    return [("", gettext("All supervising units")), *supervisors]


class GridFilter(SheetFilter):
    """Narrows the rows of the score grid, and says which group of the standard stands across."""

    field_order = ("q", "kind", "supervisor", "missing")

    supervisor = forms.TypedChoiceField(
        label=_("Supervising unit"), required=False, choices=supervisor_choices, coerce=int, empty_value=None
    )
    group = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    @property
    def is_narrowed(self):
        """Whether anything was asked of the rows."""
        return any(self.data.get(name) for name in self.fields if name != "group")

    def narrow_supervisor(self, sheets, supervisor):
        return sheets.filter(unit_year__unit__supervisor=supervisor)

    def narrow_group(self, sheets, _code):
        return sheets

    def say_group(self, code):
        return gettext("Group of the standard: %(code)s") % {"code": code}

    def chosen(self, groups):
        """The group that is asked for, or the first; None where the edition has none."""
        code = self.cleaned_data.get("group")
        return next((one for one in groups if one.head.code == code), groups[0] if groups else None)


class PasteForm(forms.Form):
    """A block of cells copied from a spreadsheet, and where its first one belongs."""

    block = forms.CharField(
        label=_("The block"),
        validators=[MaxLengthValidator(BLOCK_LENGTH)],
        strip=False,
        help_text=_(
            "Copy the cells with the points in the spreadsheet and paste them here: a row for each unit."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    sheet = forms.ChoiceField(label=_("First unit"))
    indicator = forms.ChoiceField(label=_("First indicator"))
    basis = forms.CharField(
        label=_("Basis"),
        required=False,
        max_length=BASIS_LENGTH,
        help_text=_("For values that have none yet; the others keep theirs."),
    )

    def __init__(self, *args, sheets, items, **kwargs):
        super().__init__(*args, auto_id="paste-%s", **kwargs)
        self.fields["sheet"].choices = [(sheet.pk, str(sheet.unit)) for sheet in sheets]
        self.fields["indicator"].choices = [(item.pk, str(item)) for item in items]


def bases_of_columns(data, items):
    """Code → the basis that the page has for its column."""
    return {item.code: " ".join(data.get(f"basis-{item.pk}", "").split()) for item in items}


def typed_cells(data, items):
    """The cells of the page's form that say something else than what was seen there."""
    codes = {item.pk: item.code for item in items}
    cells = []
    for name, text in data.items():
        named = CELL.fullmatch(name)
        sheet, indicator = map(whole_number, named.groups()) if named else (None, None)
        if sheet is None or indicator not in codes:
            continue
        key = f"{sheet}-{indicator}"
        seen = data.get(f"seen-{key}", "")
        if text.strip() != shown(seen):
            basis = given_basis(data, key, indicator)
            cells.append(typed_cell(sheet, indicator, codes[indicator], text, basis, seen))
    return cells


def given_basis(data, key, indicator):
    """The basis of a typed cell: its column's, or the one with which it was refused before."""
    return data.get(f"basis-{indicator}", "").strip() or data.get(f"given-{key}", "")


def shown(seen):
    """What stood in the field of a value that was seen."""
    value = seen.partition(" ")[0]
    return plain_decimal(value) if value.replace(".", "", 1).isdecimal() else ""


def typed_cell(sheet, indicator, code, text, basis, seen):
    place = Place("", sheet, str(indicator))
    return Cell(place, "", "", "", code, text, " ".join(basis.split()), sheet=sheet, seen=seen)
