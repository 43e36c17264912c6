"""Forms of the standard."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator


class IndicatorForm(forms.ModelForm):
    """What may be corrected on an indicator while its edition is a draft."""

    class Meta:
        model = Indicator
        fields = ("name", "maximum", "rule")
        help_texts = {"maximum": _("The full marks of the group follow by themselves.")}
        widgets = {
            "maximum": forms.NumberInput(
                attrs={"step": "any", "inputmode": "decimal", "class": "input--short"}
            ),
            "rule": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_maximum(self):
        maximum = self.cleaned_data["maximum"]
        if maximum <= 0:
            raise forms.ValidationError(_("Full marks are more than 0."))
        return maximum
