"""Forms of the page on how far reviewers agree."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator
from civportal.lib.forms import FilterForm


class AgreementFilter(FilterForm):
    """Narrows the marks that are compared."""

    indicator = forms.ModelChoiceField(
        label=_("Indicator"),
        required=False,
        empty_label=_("All indicators"),
        queryset=Indicator.objects.in_use().proved_by_ledger(),
    )

    def narrow_indicator(self, marks, indicator):
        return marks.filter(claim__indicator=indicator)
