"""Forms of the score sheets."""

from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Adjustment, UnitYear
from civportal.lib.forms import FilterForm
from civportal.lib.money import plain_decimal
from units.models import Category, Unit

KINDS_SECONDS = 60


def kind_choices():
    """The kinds of unit by which lists are narrowed; cached, for they hardly ever change."""
    kinds = cache.get_or_set(
        "kinds-of-unit",
        lambda: list(Category.objects.filter(parent=None).values_list("code", "name")),
        KINDS_SECONDS,
    )
    return [("", gettext("All kinds")), *kinds]


class SheetFilter(FilterForm):
    """Narrows the list of sheets; the address is the filter and can be passed on."""

    q = forms.CharField(label=_("Unit, alias or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False, choices=kind_choices)
    missing = forms.BooleanField(label=_("With missing values"), required=False)

    def narrow_q(self, sheets, text):
        return sheets.filter(unit_year__unit__in=Unit.objects.finding(text).order_by().values("pk"))

    def narrow_kind(self, sheets, code):
        category = "unit_year__unit__category"
        return sheets.filter(Q(**{f"{category}__code": code}) | Q(**{f"{category}__parent__code": code}))

    def narrow_missing(self, sheets, missing):
        return sheets.with_missing_values()


class TraitsForm(forms.ModelForm):
    """What applies to the unit this year."""

    class Meta:
        model = UnitYear
        fields = ("has_window", "is_paired")
        help_texts = {
            "has_window": _("Without one, the window indicators do not count for this unit."),
            "is_paired": _("Without a pairing, its indicator does not count for this unit."),
        }


class RefusableForm(forms.Form):
    """A form whose act may still refuse: the reason is then said where the form stands."""

    def carry_out(self, act):
        """Whether the form is whole and the act was done."""
        if not self.is_valid():
            return False
        try:
            act(**self.cleaned_data)
        except ValidationError as refusal:
            self.add_error(None, refusal)
        return not self.errors


class ValueForm(RefusableForm):
    """The office's value of one indicator with its basis."""

    value = forms.DecimalField(
        label=_("Points"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "class": "input--short"}),
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("The inspection, document or survey it rests on."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, line):
        entered = line.value
        super().__init__(
            data,
            auto_id=f"value-{line.indicator.pk}-%s",
            initial={
                "value": entered and entered.value,
                "basis": entered and entered.basis,
                "seen": line.seen,
            },
        )
        field, maximum = self.fields["value"], line.indicator.maximum
        field.validators.append(MaxValueValidator(Decimal(plain_decimal(maximum))))
        field.help_text = gettext("0 to %(maximum)s") % {"maximum": plain_decimal(maximum)}


class ClearForm(RefusableForm):
    """Takes a value back that is still the one on the screen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AdjustmentForm(RefusableForm):
    """A bonus or deduction for one matter."""

    adjustment = forms.ModelChoiceField(
        label=_("Rule"), queryset=Adjustment.objects.none(), empty_label=_("Choose a rule")
    )
    value = forms.DecimalField(
        label=_("Points"),
        max_digits=6,
        decimal_places=2,
        help_text=_("Always a positive number; deductions are taken away by themselves."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "class": "input--short"}),
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Names the matter: the honor, report or document. One matter counts once."),
    )

    def __init__(self, data=None, *, rules):
        super().__init__(data, auto_id="adjust-%s")
        field = self.fields["adjustment"]
        field.queryset = Adjustment.objects.filter(pk__in=[rule.adjustment.pk for rule in rules])
        # The page has read the rules already; the choices need no query of their own.
        field.choices = [("", field.empty_label), *rule_choices(rules)]


def rule_choices(rules):
    """The rules by kind, each with what it gives."""
    for kind in Adjustment.Kind:
        of_kind = [rule.adjustment for rule in rules if rule.adjustment.kind == kind]
        yield kind.label, [(rule.pk, rule_label(rule)) for rule in of_kind]


def rule_label(rule):
    """“P1 name (national level 3, province level 2)”."""
    gives = ", ".join(f"{level} {points}" for level, points in rule.amounts)
    return f"{rule} ({gives})" if gives else str(rule)


class WorkbookForm(forms.Form):
    """The workbook that comes back with values in it."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("The .xlsx file that was downloaded here, with points and bases filled in."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
    )

    def __init__(self, *args, too_big=(), **kwargs):
        super().__init__(*args, **kwargs)
        if too_big:
            # The upload was cut off, so that the field itself only says that it is empty.
            limit = filesizeformat(settings.IMPORT_FILE_BYTES)
            self.fields["file"].error_messages["required"] = gettext(
                "The file is too big; at most %(limit)s are read."
            ) % {"limit": limit}


class ApplyForm(forms.Form):
    """Confirms the preview of a workbook: which file, which changes."""

    token = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)
    basis = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)


class BasisForm(forms.Form):
    """A basis for the cells of a preview that bring points without one."""

    token = forms.CharField(widget=forms.HiddenInput)
    basis = forms.CharField(
        label=_("Basis for cells without one"),
        max_length=300,
        required=False,
        help_text=_("The inspection, document or survey it rests on."),
    )
