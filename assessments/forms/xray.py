"""Forms of the x-ray."""

from django import forms
from django.utils.translation import gettext_lazy as _

from units.forms.editing import TidyForm


class PlanReturnForm(TidyForm, forms.Form):
    """What the units should change in their plans; the check's own words stand there first."""

    note = forms.CharField(
        label=_("What should the unit change?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
