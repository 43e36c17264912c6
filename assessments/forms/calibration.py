"""Forms of calibration: a round prepared, an item marked, a reference and a line written down."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import calibration as calibrations
from assessments.actions import calibration_sample, calibration_standing
from assessments.models import CalibrationItem
from civportal.lib.forms import SeveralField, VersionForm
from civportal.lib.money import plain_decimal
from units.forms.editing import EditForm, TidyForm
from units.models import User

USUAL_SIZE = 8


def size_field():
    """How many items a sample has."""
    return forms.IntegerField(
        label=_("How many records"),
        min_value=calibration_sample.SMALLEST,
        max_value=calibration_sample.LARGEST,
        initial=USUAL_SIZE,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )


def reviewers_field():
    """Who takes part, among those who may review."""
    return SeveralField(
        label=_("Reviewers who take part"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least two reviewers; one alone is compared with nobody.")},
    )


class BeginForm(forms.Form):
    """How large the sample is, and who marks it."""

    size = size_field()
    reviewers = reviewers_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = calibration_standing.may_take_part()
        self.fields["reviewers"].queryset = people
        self.fields["reviewers"].initial = people


class DrawForm(VersionForm):
    """Another sample by another number."""

    size = size_field()


class AddForm(TidyForm, VersionForm):
    """A record put into the sample by hand."""

    receipt = forms.CharField(label=_("Receipt"), max_length=20)
    code = forms.CharField(
        label=_("Code of the indicator"),
        max_length=10,
        required=False,
        help_text=_("Left empty, the first one that the record claims."),
    )


class ReviewersForm(VersionForm):
    """Who takes part."""

    reviewers = reviewers_field()

    def __init__(self, *args, record, chosen=(), **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.fields["reviewers"].queryset = calibration_standing.may_take_part()
        self.fields["reviewers"].initial = list(chosen)


def points_field(item, *, label, required=True):
    """Points from nothing to the full marks of the item's indicator."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_value=Decimal(plain_decimal(item.indicator.maximum)),
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal", "class": "input--short"}),
    )


class MarkForm(forms.Form):
    """A reviewer's own points for one item, and a word for the talk."""

    note = forms.CharField(
        label=_("For the talk"),
        required=False,
        max_length=300,
        help_text=_("Why so many, and what is missing; the others read it when the marks are compared."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
    )

    def __init__(self, *args, item, own=None, **kwargs):
        super().__init__(*args, **kwargs)
        # Named as the review names it, so that the same keys serve both.
        self.name = f"points_{item.indicator_id}"
        self.fields[self.name] = points_field(item, label=_("Points"))
        if own:
            self.initial = {self.name: own.points, "note": own.note}

    @property
    def points(self):
        """The field of the points."""
        return self[self.name]

    @property
    def values(self):
        return {"points": self.cleaned_data[self.name], "note": self.cleaned_data["note"]}


class ReferenceForm(EditForm):
    """What the director would give."""

    class Meta:
        model = CalibrationItem
        fields = ("reference",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reference"] = points_field(self.instance, required=False, label=_("Reference mark"))

    def save_values(self, values, *, by, seen):
        return calibrations.refer(self.instance, values["reference"], by=by, seen=seen)


class LineForm(TidyForm, EditForm):
    """The line agreed on in the talk."""

    class Meta:
        model = CalibrationItem
        fields = ("line",)
        widgets = {"line": forms.Textarea(attrs={"rows": 3, "maxlength": 300})}
        help_texts = {
            "line": _("It stands beside the indicator for everybody who reviews. Name no unit and no person.")
        }

    def save_values(self, values, *, by, seen):
        return calibrations.agree(self.instance, values["line"], by=by, seen=seen)
