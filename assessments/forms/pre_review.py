"""Forms of the pre-review: one for each thing that a department can say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import VersionForm


class ApproveForm(VersionForm):
    """The department agrees; a word with it is optional."""

    note = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )


class DeclineForm(VersionForm):
    """The office has to know why."""

    note = forms.CharField(
        label=_("Why is it not supported?"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )
