"""Forms of questions and answers."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator, Question
from civportal.lib.forms import FilterForm, VersionForm
from units.forms.editing import TidyForm


def words(label):
    """The one field in which somebody writes."""
    area = forms.Textarea(attrs={"rows": 4, "maxlength": Question.LONGEST})
    return forms.CharField(label=label, max_length=Question.LONGEST, widget=area)


class AskForm(TidyForm, forms.Form):
    """A new question: about a record, one of its indicators, or an indicator of the year's standard."""

    text = words(_("Question"))
    indicator = forms.ModelChoiceField(
        label=_("Indicator"), queryset=None, empty_label=_("choose an indicator")
    )
    field_order = ["indicator", "text"]

    def __init__(self, *args, cycle, entry=None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["indicator"]
        field.queryset = Indicator.objects.filter(standard=cycle.standard_id).items()
        if entry:
            field.queryset = Indicator.objects.filter(claims__entry=entry)
            field.required, field.empty_label = False, _("the whole record")


class SayForm(TidyForm, VersionForm):
    """A further message; carries the version of the question that was read."""

    text = words(_("Message"))


class QuestionFilter(FilterForm):
    """Narrows the questions; without a status asked the office sees what waits for it."""

    EVERY, UNREAD = "every", "unread"

    q = forms.CharField(label=_("Words of the question, unit"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args, for_office=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.for_office = for_office
        known = [(status.value, status.label) for status in Question.Status]
        if for_office:
            known = [("", Question.Status.OPEN.label), *known[1:], (self.EVERY, _("All questions"))]
        else:
            known = [("", _("All questions")), *known, (self.UNREAD, _("answered, not read yet"))]
        self.fields["status"].choices = known

    def apply(self, rows):
        rows = super().apply(rows)
        is_asked = self.cleaned_data.get("status")
        return rows.filter(status=Question.Status.OPEN) if self.for_office and not is_asked else rows

    def narrow_q(self, questions, text):
        return questions.filter(Q(text__icontains=text) | Q(unit__name__icontains=text))

    def narrow_status(self, questions, status):
        if status == self.UNREAD:
            return questions.unread_by_units()
        return questions if status == self.EVERY else questions.filter(status=status)
