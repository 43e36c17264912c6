"""Forms of the x-ray."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions.xray.returning import MOST
from civportal.lib.web import whole_number


class ReturnForm(forms.Form):
    """Which entries in which version, and what is said beside the check's own sentence."""

    more = forms.CharField(
        label=_("To add for all of them"),
        required=False,
        max_length=200,
        help_text=_("Optional. It stands after the sentence above."),
    )

    def clean(self):
        if not self.seen:
            raise forms.ValidationError(_("Nothing was chosen to be returned."))
        return super().clean()

    @property
    def seen(self):
        """Number of the entry → the version that stood on the page; what makes no sense is left out."""
        pairs = (text.partition("-")[::2] for text in self.data.getlist("entry")[:MOST])
        numbers = ((whole_number(entry), whole_number(version)) for entry, version in pairs)
        return {entry: version for entry, version in numbers if None not in (entry, version)}
