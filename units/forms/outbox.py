"""Forms of the outbox."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import FilterForm, VersionForm
from units.models import OutgoingLetter


class LetterForm(VersionForm):
    """The words of a letter that has not gone."""

    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = forms.CharField(
        label=_("Text of the letter"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        strip=False,
    )

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.initial |= {"subject": record.subject, "body": record.body}


class LetGoForm(forms.Form):
    """How many letters stood on the page on which somebody lets all of them go."""

    count = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class OutboxFilter(FilterForm):
    q = forms.CharField(label=_("Person or address"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *OutgoingLetter.Status.choices]
    )

    def narrow_q(self, letters, text):
        return letters.filter(
            Q(to__name__icontains=text) | Q(address__icontains=text) | Q(subject__icontains=text)
        )

    def narrow_status(self, letters, status):
        return letters.filter(status=status)
