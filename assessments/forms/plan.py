"""Forms of the annual plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Plan, PlanItem
from civportal.lib.forms import FilterForm


class PlanForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Plan
        fields = ("goals",)
        help_texts = {"goals": _("Two or three sentences: what the unit wants to have reached by December.")}
        widgets = {"goals": forms.Textarea(attrs={"rows": 4, "maxlength": 1000})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version


class ItemForm(forms.ModelForm):
    class Meta:
        model = PlanItem
        fields = ("what", "owner", "overseer", "due_on", "measure", "proof")
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self):
        values = super().clean()
        if values.get("owner") and values.get("owner") == values.get("overseer"):
            self.add_error("overseer", _("The overseer is another person than the owner."))
        return values


ItemFormSet = forms.inlineformset_factory(
    Plan, PlanItem, form=ItemForm, extra=2, can_delete=True, max_num=60, absolute_max=61, validate_max=True
)


def items_of(formset):
    """The filled and kept rows as `plan.edit` takes them."""
    return [
        {name: form.cleaned_data[name] for name in ItemForm.Meta.fields}
        for form in formset
        if form.cleaned_data.get("what") and not form.cleaned_data.get("DELETE")
    ]


class PlanFilter(FilterForm):
    q = forms.CharField(label=_("Unit"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *Plan.Status.choices]
    )

    def narrow_q(self, plans, text):
        return plans.finding(text)

    def narrow_status(self, plans, status):
        return plans.filter(status=status)
