"""The form of the county's goals of a year."""

from django import forms

from assessments.models import Cycle, Goal


class GoalForm(forms.ModelForm):
    class Meta:
        model = Goal
        fields = ("text",)


GoalFormSet = forms.inlineformset_factory(
    Cycle, Goal, form=GoalForm, extra=3, can_delete=True, max_num=20, absolute_max=21, validate_max=True
)


def goals_of(formset):
    """The filled and kept rows as `goal.put` takes them."""
    return [
        (form.instance.pk, form.cleaned_data["text"])
        for form in formset
        if form.cleaned_data.get("text") and not form.cleaned_data.get("DELETE")
    ]
