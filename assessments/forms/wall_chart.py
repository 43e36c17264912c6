"""Forms of the wall chart: narrowing the weak units, putting them on it, items, closing, taking off."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import weak_units
from assessments.models import ChartItem
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm, SeveralField, VersionForm
from units.forms.editing import TidyForm
from units.forms.fields import DayField, NamedUnitField
from units.models import Category, Unit, of_kind

# By when an item is proposed to be done: when the chart is looked at the week after next.
USUAL_DAYS = 14


class WeakFilter(FilterForm):
    """Narrows the units of the year before the rules look at them; the rule narrows what they find."""

    q = forms.CharField(label=_("Unit"), required=False, max_length=60)
    rule = forms.ChoiceField(label=_("Why weak"), required=False)
    kind = forms.ModelChoiceField(
        label=_("Kind of unit"),
        required=False,
        empty_label=_("All kinds"),
        queryset=Category.objects.filter(parent__isnull=True),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = [(one.code, one.label) for one in weak_units.RULES.values()]
        self.fields["rule"].choices = [("", _("Any reason")), *named]

    @property
    def by_rule(self):
        """The rule asked for, or nothing."""
        return self.cleaned_data.get("rule", "")

    def narrow_q(self, units, text):
        return units.finding(text)

    def narrow_rule(self, units, rule):
        return units

    def narrow_kind(self, units, kind):
        return units.filter(of_kind(kind))


class TickForm(forms.Form):
    """The units ticked in the list."""

    units = SeveralField(
        label=_("Units"),
        queryset=Unit.objects.none(),
        error_messages={"required": _("Tick at least one unit.")},
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = weak_units.takers(cycle)


class NamedForm(TidyForm, forms.Form):
    """A unit that no rule finds weak, with the office's own reason."""

    unit = NamedUnitField(label=_("Unit"))
    note = forms.CharField(
        label=_("Why is it put on the chart?"),
        max_length=200,
        help_text=_("The unit reads this."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = weak_units.takers(cycle)


class ItemForm(TidyForm, forms.ModelForm):
    """What the unit has to put right, who does it, who oversees it, by when."""

    due_on = DayField(label=_("By when"))

    class Meta:
        model = ChartItem
        fields = ("what", "owner", "overseer", "due_on")
        help_texts = {
            "what": _("One thing that can be seen to be done, for example: the ramp at the hall is usable."),
            "owner": _("Who in the unit does it."),
            "overseer": _("Who looks after it; another person than the owner."),
        }

    def _post_clean(self):
        """The action writes, on its own row; what the record would refuse, the action says better."""


class CorrectForm(ItemForm):
    """The same for an item that is there, with the version that stood on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version


class CloseForm(VersionForm):
    note = forms.CharField(
        label=_("What was reached?"),
        max_length=200,
        help_text=_("It stays on the chart and the unit reads it: what can be seen now, and who checked it."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200}),
    )


class ReopenForm(VersionForm):
    note = forms.CharField(
        label=_("Why is it opened again?"),
        max_length=200,
        help_text=_("The unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200}),
    )


class RemoveForm(VersionForm):
    """A reason is asked for only while something is open; the action knows."""

    note = forms.CharField(
        label=_("Reason or remark"),
        required=False,
        max_length=200,
        help_text=_("The unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200}),
    )


def proposal(duty=None):
    """What stands in the form of a new item: the duty's own words, and a day that is still to come."""
    usual = today() + timedelta(days=USUAL_DAYS)
    if duty is None:
        return {"due_on": usual}
    coming = duty.next_day if duty.next_day and duty.next_day >= today() else usual
    return {"what": duty.label, "due_on": coming}
