"""What is asked before many entries are decided on at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import bulk
from assessments.models import BulkDecision, ReturnReason
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm
from units.forms.editing import TidyForm


class AcceptAllForm(TidyForm, forms.Form):
    """With how many points they are accepted, and a word to the units."""

    share = forms.TypedChoiceField(
        label=_("Points"),
        coerce=int,
        choices=[(1, _("full marks for every indicator")), (0, _("0 points: kept and counted only"))],
        initial=1,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("To the units"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )

    def act(self, chosen, *, by):
        return bulk.accept(chosen, by=by, **self.cleaned_data)


class ReturnAllForm(TidyForm, forms.Form):
    """The reason that all of them share; the whole record opens for each unit."""

    reason = forms.ModelChoiceField(
        label=_("Reason"),
        required=False,
        queryset=ReturnReason.objects.offered(),
        empty_label=_("choose a reason"),
    )
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
    due_on = forms.DateField(
        label=_("To be corrected by"),
        required=False,
        help_text=_("Five working days from today unless you name another day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self):
        values = super().clean()
        if not (values.get("reason") or values.get("note")):
            self.add_error("reason", _("Choose a reason or write one."))
        return values

    def clean_due_on(self):
        return day_to_come(self.cleaned_data["due_on"])

    def act(self, chosen, *, by):
        return bulk.send_back(chosen, by=by, **self.cleaned_data)


class ExtendAllForm(TidyForm, forms.Form):
    """Until when the units may correct, and why."""

    until = forms.DateField(
        label=_("To be corrected by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Why?"), max_length=200)

    def clean_until(self):
        return day_to_come(self.cleaned_data["until"])

    def act(self, chosen, *, by):
        return bulk.extend(chosen, by=by, **self.cleaned_data)


def day_to_come(day):
    """The day, which must not have passed."""
    if day and day < today():
        raise forms.ValidationError(_("This day has passed."))
    return day


FORMS = {
    BulkDecision.Kind.ACCEPT.value: AcceptAllForm,
    BulkDecision.Kind.SEND_BACK.value: ReturnAllForm,
    BulkDecision.Kind.EXTEND.value: ExtendAllForm,
}


class ReturnedFilter(FilterForm):
    """Narrows what was returned."""

    q = forms.CharField(label=_("Title, unit or receipt"), required=False)
    overdue = forms.BooleanField(label=_("Past their day only"), required=False)

    def narrow_q(self, entries, text):
        return entries.finding(text)

    def narrow_overdue(self, entries, overdue):
        return entries.filter(correct_by__lt=today())
