"""Forms of the creation year."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Cycle, Stage, Standard


class PrepareForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    standard = forms.ModelChoiceField(
        label=_("Standard"),
        queryset=Standard.objects.all(),
        required=False,
        empty_label=_("the default standard, loaded as a new edition"),
    )

    def clean_year(self):
        year = self.cleaned_data["year"]
        if Cycle.objects.filter(year=year).exists():
            raise forms.ValidationError(_("This year is already there."))
        return year


class StageForm(forms.ModelForm):
    class Meta:
        model = Stage
        fields = ("opens_on", "due_on", "closes_on")
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in fields}

    def clean(self):
        dates = [self.cleaned_data.get(name) for name in self.Meta.fields]
        if all(dates) and sorted(dates) != dates:
            raise forms.ValidationError(_("A stage opens, is due, and closes, in this order."))
        return self.cleaned_data
