"""The form of an internal note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator, InternalNote
from units.forms.editing import TidyForm


class NoteForm(TidyForm, forms.Form):
    """A few words to colleagues, about the record or one indicator of it."""

    text = forms.CharField(
        label=_("Note to colleagues"),
        max_length=InternalNote.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": InternalNote.LONGEST}),
    )
    indicator = forms.ModelChoiceField(
        label=_("About"), required=False, empty_label=_("the whole record"), queryset=None
    )

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.filter(claims__entry=entry)
