"""Fields that several forms of the register use."""

import re
from collections import defaultdict

from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.lib import codes
from civportal.lib.masking import mask
from civportal.lib.names import plain_name
from units.models import Unit, UnitName

# 营业部（云泽县农商银行）: a name, and the supervisor that tells it from its namesakes.
WITH_SUPERVISOR = re.compile(r"(.+?)\s*[（(](.+)[)）]\s*")

# How many units one list may offer before a search has to narrow it; how many a search offers.
OFFERED_AT_ONCE, OFFERED_WHEN_FOUND = 150, 20
# More lines are no list that somebody pastes.
LINES_AT_ONCE = 5000


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day in a time of which there can be records; the calendar's last days break every sum of days."""

    default_error_messages = {"beyond": _("Enter a day of this century or the last.")}

    def __init__(self, **kwargs):
        super().__init__(**{"widget": DayInput, **kwargs})

    def validate(self, value):
        super().validate(value)
        if value and not 1900 <= value.year <= 2100:
            raise forms.ValidationError(self.error_messages["beyond"], code="beyond")


class DayForm(forms.Form):
    """The day as at which a page is asked; a day that is none asks for today."""

    at = DayField(label=_("As at"), required=False)

    @property
    def day(self):
        return self.cleaned_data["at"] if self.is_valid() else None

    @property
    def said(self):
        """What was asked, in words."""
        asked = {"label": self.fields["at"].label, "value": self.day}
        return [gettext("%(label)s: %(value)s") % asked] if self.day else []


class UnitInput(forms.TextInput):
    """A unit's name typed by hand, with names offered below it: all where they are few, else those found."""

    template_name = "components/unit_input.html"

    def get_context(self, name, value, attrs):
        attrs = {"list": f"{name}_offers", "placeholder": _("Name, other name or code"), **(attrs or {})}
        context = super().get_context(name, value, attrs)
        units = Unit.objects.existing()
        offers = labels_of(units) if units.count() <= OFFERED_AT_ONCE else []
        return context | {"list": f"{name}_offers", "offers": offers}


class NamedUnitField(forms.CharField):
    """A unit, typed by its name, another name of it or its code.

    A list to choose from would hold a hundred thousand lines.
    """

    default_error_messages = {
        "unknown": _(
            "No unit in the register is called “%(text)s”. Check the name, or enter its credit code."
        ),
        "several": _(
            "Several units are called “%(text)s” (%(units)s). "
            "Add the supervisor in brackets, or enter the credit code."
        ),
    }

    def __init__(self, *, queryset=None, **kwargs):
        super().__init__(max_length=120, **kwargs)
        self.queryset = queryset
        self.widget.attrs |= {"autocomplete": "off"}

    def prepare_value(self, value):
        return label_of(value) if isinstance(value, Unit) else value

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = list(units_called(text, self.units))
        if len(found) == 1:
            return found[0]
        names = "、".join(label_of(unit, always=True) for unit in found[:5])
        code = "several" if found else "unknown"
        raise forms.ValidationError(
            self.error_messages[code], code=code, params={"text": text, "units": names}
        )

    @property
    def units(self):
        return Unit.objects.existing() if self.queryset is None else self.queryset.all()


class UnitListField(forms.CharField):
    """Many units pasted as text, one on each line, by name, other name or code; answers them as a list.

    Every line that names no unit, or several, is reported with its number.
    """

    default_error_messages = {
        "unknown": _("Line %(line)s: none of these units is called “%(text)s”."),
        "several": _(
            "Line %(line)s: several units are called “%(text)s” (%(units)s). "
            "Add the supervisor in brackets, or enter the credit code."
        ),
        "long": _("At most %(count)s lines at once."),
    }

    def __init__(self, *, queryset=None, **kwargs):
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 6}), **kwargs})
        self.queryset = queryset

    def prepare_value(self, value):
        return "\n".join(labels_of(value)) if isinstance(value, QuerySet) else value

    def clean(self, value):
        lines = [(number, line.strip()) for number, line in enumerate(super().clean(value).splitlines(), 1)]
        lines = [(number, line) for number, line in lines if line]
        if len(lines) > LINES_AT_ONCE:
            raise forms.ValidationError(
                self.error_messages["long"], code="long", params={"count": LINES_AT_ONCE}
            )
        units = Unit.objects.existing() if self.queryset is None else self.queryset.all()
        known = units_named([line for _number, line in lines], units)
        found = {number: known.get(line) or list(units_called(line, units)) for number, line in lines}
        wrong = [
            self.refusal(number, line, found[number]) for number, line in lines if len(found[number]) != 1
        ]
        if wrong:
            raise forms.ValidationError(wrong)
        return list({unit.pk: unit for [unit] in found.values()}.values())

    def refusal(self, number, line, found):
        code = "several" if found else "unknown"
        names = "、".join(label_of(unit, always=True) for unit in found[:5])
        params = {"line": number, "text": line, "units": names}
        return forms.ValidationError(self.error_messages[code], code=code, params=params)


def units_named(texts, units):
    """Text → [the unit], for texts that are the code or the usual name of exactly one of the units.

    Most lines of a list are; two queries find them all, and only the rest is asked for one by one.
    """
    names, numbers = {plain_name(text) for text in texts}, {codes.clean_code(text) for text in texts}
    by_code = {unit.uscc: [unit] for unit in units.filter(uscc__in=numbers)}
    by_name = defaultdict(list)
    for unit in units.filter(match_name__in=names):
        by_name[unit.match_name].append(unit)
    found = {text: by_code.get(codes.clean_code(text)) or by_name[plain_name(text)] for text in texts}
    return {text: named for text, named in found.items() if len(named) == 1}


def units_called(text, units):
    """Those of the units that the text names: by code, else by name, else by another name."""
    units = units.select_related("supervisor")
    by_code = units.filter(uscc=codes.clean_code(text))
    plain = plain_name(text)
    known_as = UnitName.objects.filter(match_name=plain).values("unit")
    for found in (by_code, units.filter(match_name=plain), units.filter(pk__in=known_as)):
        if rows := found[:6]:
            return rows
    parts = WITH_SUPERVISOR.fullmatch(text)
    if not parts:
        return []
    name, supervisor = (plain_name(part) for part in parts.groups())
    return units.filter(match_name=name, supervisor__match_name=supervisor)[:6]


def label_of(unit, *, always=False):
    """The name, with the supervisor in brackets where namesakes need it to be told apart."""
    namesakes = Unit.objects.existing().filter(match_name=unit.match_name).exclude(pk=unit.pk)
    if unit.supervisor and (always or namesakes.exists()):
        return f"{unit.name}（{unit.supervisor.name}）"
    return unit.name


def labels_of(units):
    """What to type for each of the units; the supervisor in brackets where namesakes need it."""
    units = list(units.select_related("supervisor"))
    among = Unit.objects.existing().filter(match_name__in={unit.match_name for unit in units})
    several = among.order_by().values("match_name").annotate(number=Count("pk")).filter(number__gt=1)
    shared = set(several.values_list("match_name", flat=True))
    return [
        f"{unit.name}（{unit.supervisor.name}）"
        if unit.supervisor and unit.match_name in shared
        else unit.name
        for unit in units
    ]


def offered(text):
    """What to offer for the few letters typed so far."""
    return labels_of(Unit.objects.existing().finding(text)[:OFFERED_WHEN_FOUND])


class MaskedNumberField(forms.CharField):
    """A telephone number that the form shows masked: left as it is, the number stays.

    Whoever needs to read it looks at it on the unit's page, where that is recorded.
    """

    default_error_messages = {"masked": _("Enter the whole number, or leave it as it was.")}

    def __init__(self, *, current="", **kwargs):
        super().__init__(required=False, **kwargs)
        self.current = current
        self.initial = mask(current)

    def clean(self, value):
        value = super().clean(value)
        if value == self.initial:
            return self.current
        if "*" in value:
            raise forms.ValidationError(self.error_messages["masked"], code="masked")
        return value
