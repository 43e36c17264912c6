"""Forms of responsibility letters."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import today
from civportal.lib.forms import FilterForm
from units.actions import letter as letters
from units.models import LetterText

from .editing import EditForm, TidyForm
from .paper import ScanField, ScanForm

COUNTY = "county"


class SignForm(TidyForm, ScanForm):
    """Who signed with whom, when, and the scan if it is at hand."""

    upper = forms.ChoiceField(label=_("Upper party"), widget=forms.RadioSelect)
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput)
    upper_signatory = forms.CharField(label=_("Signed for the upper party by"), max_length=60, required=False)
    lower_signatory = forms.CharField(label=_("Signed for the unit by"), max_length=60)
    file = ScanField(
        label=_("Scan"), required=False, help_text=_("PDF, JPG or PNG; it can be added later, too.")
    )

    def __init__(self, *args, unit, year, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit, self.year = unit, year
        upper = letters.usual_upper(unit)
        above = [(str(unit.supervisor.pk), unit.supervisor.name)] if unit.supervisor else []
        self.fields["upper"].choices = [*above, (COUNTY, letters.party_name(None))]
        self.initial = {
            "upper": str(upper.pk) if upper else COUNTY,
            "signed_on": today(),
            "upper_signatory": upper.top_leader if upper else "",
            "lower_signatory": unit.top_leader,
        }

    def sign(self, *, by):
        """The recorded letter, or None when it is refused; the reason is then an error of the form."""
        said = self.cleaned_data
        upper = None if said["upper"] == COUNTY else self.unit.supervisor
        try:
            return letters.sign(self.unit, **{**said, "upper": upper}, year=self.year, by=by)
        except forms.ValidationError as refusal:
            self.add_error(None, refusal)
            return None


class StrikeForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("It stays in the unit's history, for example: wrong unit."),
    )


class LetterTextForm(TidyForm, EditForm):
    """The wording of a year's letters, with places for the parties and the year."""

    class Meta:
        model = LetterText
        fields = ["title", "body"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs["rows"] = 22
        self.fields["body"].help_text = _(
            "【甲方】, 【乙方】 and 【年度】 give way to the parties and the year. Each line is a paragraph."
        )

    def save_values(self, values, *, by, seen):
        return letters.edit_text(self.instance.year, values, by=by, seen=seen)


class LetterFilter(FilterForm):
    """What of the tree is shown."""

    q = forms.CharField(label=_("Name, other name or code"), required=False, widget=forms.SearchInput)
    town = forms.TypedChoiceField(label=_("Town"), required=False, coerce=int, empty_value=None)
    under = forms.TypedChoiceField(label=_("Supervising unit"), required=False, coerce=int, empty_value=None)
    gaps = forms.BooleanField(label=_("Gaps only"), required=False)

    def __init__(self, *args, tree, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.units = units
        self.fields["town"].choices = [("", _("Any town")), *tree.towns.items()]
        above = [(row.pk, row.name) for row in tree.supervisors]
        self.fields["under"].choices = [("", _("Any supervising unit")), *above]

    def narrow_q(self, tree, text):
        return tree.narrow(self.units.finding(text).values_list("pk", flat=True))

    def narrow_town(self, tree, town):
        return tree.in_town(town)

    def narrow_under(self, tree, number):
        return tree.under(number)

    def narrow_gaps(self, tree, gaps):
        return tree.gaps()
