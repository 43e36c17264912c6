"""What is asked before many entries are decided on at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import bulk, review
from assessments.actions.assignment import Deal, judges
from assessments.models import BulkDecision, ReturnReason
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm
from civportal.lib.names import clean_name
from civportal.lib.web import whole_number
from units.forms.editing import TidyForm

from .assignment import MOST_LIMIT
from .review import say_which_is_needed

LINE_LENGTH = 200


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
    """The reason that all of them share, and a line for single ones; the whole record opens for each unit."""

    # What stands before the number of a record in the name of its own line.
    LINE = "line_"

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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        say_which_is_needed(self)

    def clean(self):
        values = super().clean()
        if not (values.get("reason") or values.get("note")):
            self.add_error("reason", _("Choose a reason or write one."))
        if any(len(line) > LINE_LENGTH for line in self.lines.values()):
            self.add_error(None, _("A line for one record has 200 characters at most."))
        return values

    @property
    def lines(self):
        """Number of the record → what is said to its unit alone."""
        sent = [name for name in self.data if name.startswith(self.LINE)] if self.is_bound else []
        numbers = {name: whole_number(name.removeprefix(self.LINE)) for name in sent}
        said = {number: clean_name(self.data[name]) for name, number in numbers.items() if number}
        return {number: line for number, line in said.items() if line}

    def clean_due_on(self):
        return review.day_to_come(self.cleaned_data["due_on"])

    def act(self, chosen, *, by):
        return bulk.send_back(chosen, by=by, lines=self.lines, **self.cleaned_data)


class ExtendAllForm(TidyForm, forms.Form):
    """Until when the units may correct, and why."""

    until = forms.DateField(
        label=_("To be corrected by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Why?"), max_length=200)

    def clean_until(self):
        return review.day_to_come(self.cleaned_data["until"])

    def act(self, chosen, *, by):
        return bulk.extend(chosen, by=by, **self.cleaned_data)


class AssignAllForm(forms.Form):
    """To whom the records are given, and where it ends."""

    reviewer = forms.ModelChoiceField(
        label=_("Reviewer"), queryset=judges(), empty_label=_("choose a person")
    )
    limit = forms.IntegerField(
        label=_("At most for one person"),
        min_value=1,
        max_value=MOST_LIMIT,
        initial=100,
        help_text=_("Waiting records, with what the person has already."),
    )
    shared = forms.BooleanField(label=_("Also records that somebody else is assigned to"), required=False)

    @property
    def deal(self):
        return Deal(**self.cleaned_data)

    def act(self, chosen, *, by):
        return bulk.assign(chosen, self.deal, by=by)


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


class BulkFilter(FilterForm):
    """Narrows what was decided together."""

    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("All acts")), *BulkDecision.Kind.choices]
    )
    open = forms.BooleanField(label=_("What can still be undone"), required=False)

    def narrow_kind(self, bulks, kind):
        return bulks.filter(kind=kind)

    def narrow_open(self, bulks, open):
        return bulks.filter(standing_count__gt=0)
