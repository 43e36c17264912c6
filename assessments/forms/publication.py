"""Forms of the ranking and its releases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Cycle
from civportal.lib.forms import VersionForm


class YearForm(forms.Form):
    """Which year's ranking to look at; a silly year gives the newest."""

    year = forms.ModelChoiceField(
        label=_("Creation year"), required=False, queryset=Cycle.objects.none(), to_field_name="year"
    )

    def __init__(self, *args, cycles, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycles = list(cycles)
        self.fields["year"].choices = [(cycle.year, str(cycle)) for cycle in self.cycles]
        self.initial["year"] = self.cycle and self.cycle.year

    @property
    def cycle(self):
        """The year asked for, or else the one being worked in; None before the first."""
        asked = [cycle for cycle in self.cycles if str(cycle.year) == self.data.get("year")]
        return next(iter([*asked, *self.cycles]), None)


class ReleaseForm(forms.Form):
    """A title, and the word of the director when something is missing or not mended."""

    seen = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=80, help_text=_("As the public reads it."))

    def __init__(self, *args, ranking, grave=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = ranking.fingerprint
        self.grave = grave or {}
        for check, count in self.grave.items():
            self.fields[f"reason_{check.code}"] = forms.CharField(
                label=_("Why may this stand? %(what)s (%(count)s)") % {"what": check, "count": count},
                max_length=200,
                error_messages={"required": _("Mend it first, or say why it may stand.")},
            )
        if ranking.needs_confirmation:
            self.fields["confirm_unset"] = forms.BooleanField(
                label=_("Release although this is missing"),
                required=False,
                help_text=_("The public page says how many values were missing on the day of the release."),
            )

    @property
    def exceptions(self):
        """Code of the check → why it may stand, as `publication.release` takes them."""
        return {check.code: self.cleaned_data[f"reason_{check.code}"] for check in self.grave}


class WithdrawForm(VersionForm):
    """Why; the public reads it."""

    note = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=300,
        help_text=_("The public reads this in place of the ranking."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )
