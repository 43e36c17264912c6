"""Forms of moderation: proposed, adopted, refused, withdrawn."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import VersionForm
from units.forms.editing import TidyForm


class ProposeForm(TidyForm, forms.Form):
    """Why scores are moderated, and which document or minutes decided it."""

    minutes = forms.CharField(
        label=_("Document number or minutes"),
        max_length=100,
        help_text=_("For example: minutes of the directors' meeting, no. 12. Every unit reads it."),
    )
    reason = forms.CharField(
        label=_("Why it is needed"),
        max_length=300,
        help_text=_("Every unit reads it on its score sheet."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DecideForm(VersionForm):
    """Confirms what is on the screen."""


class SayWhyForm(TidyForm, VersionForm):
    """A decision that needs a reason."""

    note = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )
