"""Forms of review assignments: how to deal out, locking what was seen, one by hand, the year's rule."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions.assignment import Wish, judges
from assessments.models import Indicator
from civportal.lib.forms import FilterForm, SeveralField
from units.forms.fields import NamedUnitField
from units.models import Unit, User

MOST_EACH, MOST_LIMIT, MOST_SEED = 5, 5000, 999_999


class CoverageFilter(FilterForm):
    """Narrows the units of the year by name, by reviewer, or to those without one."""

    q = forms.CharField(label=_("Unit, alias or code"), required=False, max_length=60)
    open = forms.BooleanField(label=_("Without a reviewer"), required=False)
    reviewer = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycle = cycle

    def narrow_q(self, units, text):
        return units.finding(text)

    def narrow_open(self, units, is_open):
        return units.exclude(assignments__in=self.cycle.assignments.whole_units())

    def say_reviewer(self, reviewer):
        person = User.objects.filter(pk=reviewer).first()
        return gettext("Reviewer: %(person)s") % {"person": person or reviewer}

    def narrow_reviewer(self, units, reviewer):
        return units.filter(pk__in=self.cycle.assignments.filter(reviewer=reviewer).values("unit"))


class ProposeForm(forms.Form):
    """How reviewers are dealt out; the address holds it all, so that it can be looked at again."""

    by = forms.ChoiceField(
        label=_("Assign"), choices=[("unit", _("by unit")), ("indicator", _("by indicator"))]
    )
    each = forms.IntegerField(label=_("Reviewers for each"), min_value=1, max_value=MOST_EACH, initial=1)
    limit = forms.IntegerField(
        label=_("At most for one person"),
        min_value=1,
        max_value=MOST_LIMIT,
        initial=100,
        help_text=_("With what the person has already."),
    )
    rotate = forms.BooleanField(label=_("Not the same person as last year"), required=False, initial=True)
    other_town = forms.BooleanField(
        label=_("Not in the town of the person's own unit"), required=False, initial=True
    )
    seed = forms.IntegerField(
        label=_("Number of the draw"),
        min_value=0,
        max_value=MOST_SEED,
        help_text=_("The same number deals out the same way; anybody can check it."),
    )
    reviewers = SeveralField(
        label=_("Reviewers"),
        queryset=judges(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one person.")},
    )

    @property
    def wish(self):
        said = dict(self.cleaned_data)
        said.pop("digest", None)
        reviewers = tuple(sorted(person.pk for person in said.pop("reviewers")))
        return Wish(**said, reviewers=reviewers)


class ApplyForm(ProposeForm):
    """The same, and what stood on the screen."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class AddForm(forms.Form):
    """One by hand."""

    reviewer = forms.ModelChoiceField(label=_("Reviewer"), queryset=judges())
    unit = NamedUnitField(
        label=_("Unit"), required=False, help_text=_("Empty for an indicator of all units.")
    )
    indicator = forms.ModelChoiceField(
        label=_("Indicator"),
        required=False,
        empty_label=_("All indicators"),
        queryset=Indicator.objects.none(),
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(years__cycle=cycle)
        self.fields["indicator"].queryset = cycle.standard.indicators.proved_by_ledger()

    def clean(self):
        values = super().clean()
        if not self.errors and not values.get("unit") and not values.get("indicator"):
            raise forms.ValidationError(_("Name a unit, an indicator, or both."))
        return values


class RuleForm(forms.Form):
    """Whether others of the office may still decide."""

    only_assigned = forms.BooleanField(
        label=_("Where somebody is assigned, only they decide"),
        required=False,
        help_text=_("Otherwise an assignment says who should, and others of the office may help out."),
    )
