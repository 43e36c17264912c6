"""The form of a guide."""

from django import forms

from assessments.actions import guide
from assessments.models import RecordGuide
from units.forms.editing import EditForm, TidyForm


class GuideForm(TidyForm, EditForm):
    """The office's own words for a kind of record."""

    class Meta:
        model = RecordGuide
        fields = ("why", "good", "bad", "template")
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("good", "bad", "template")}

    def save_values(self, values, *, by, seen):
        return guide.edit(self.instance.kind, values, by=by, seen=seen)
