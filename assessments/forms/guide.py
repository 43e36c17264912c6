"""The form of a guide."""

from django import forms

from assessments.models import RecordGuide
from units.forms.editing import TidyForm


class GuideForm(TidyForm, forms.ModelForm):
    """The office's own words for a kind of record."""

    class Meta:
        model = RecordGuide
        fields = ("why", "good", "bad", "template")
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("good", "bad", "template")}
