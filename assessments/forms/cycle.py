"""Forms of the creation year."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Cycle, Stage, Standard
from civportal.lib.workdays import read_notice


class PrepareForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    standard = forms.ModelChoiceField(
        label=_("Standard"),
        queryset=Standard.objects.all(),
        required=False,
        empty_label=_("the default standard, loaded as a new edition"),
    )

    like = forms.ModelChoiceField(
        label=_("Dates and duties like those of"),
        queryset=Cycle.objects.all(),
        required=False,
        empty_label=_("the usual calendar"),
        help_text=_("Every date is shifted to the new year; the last day of a month stays the last."),
    )

    def clean_year(self):
        year = self.cleaned_data["year"]
        if Cycle.objects.filter(year=year).exists():
            raise forms.ValidationError(_("This year is already there."))
        return year


class CalendarForm(forms.Form):
    """The yearly notice of holidays, pasted as it is published, or as a table."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    notice = forms.CharField(
        label=_("Words of the notice"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_(
            "Paste the paragraphs of the State Council's notice, such as "
            "“国庆节：10月1日至7日放假，共7天。9月20日、10月10日上班。”"
        ),
    )
    source = forms.CharField(
        label=_("Where it is from"),
        max_length=200,
        required=False,
        help_text=_("Number and date of the notice."),
    )

    def clean(self):
        values = super().clean()
        if "notice" not in values or "year" not in values:
            return values
        try:
            values["days_off"], values["working_weekends"] = read_notice(values["notice"], values["year"])
        except ValueError:
            self.add_error("notice", _("It names a day that no calendar has; check the words."))
            return values
        if not values["days_off"]:
            self.add_error("notice", _("No holiday was found in these words; they should say “…日放假”."))
        return values


class ReviewingForm(forms.ModelForm):
    """How the records of the year are reviewed."""

    class Meta:
        model = Cycle
        fields = Cycle.REVIEW_RULES
        labels = {"pre_review": _("The department above says its word first")}
        help_texts = {
            "corrections_allowed": _(
                "How often a record may come back to its unit. After that it is decided as it is."
            ),
            "pre_review": _(
                "It agrees, returns the record to the unit, or does not support it. After five working days "
                "without a word the record comes to the office by itself. Counts for what is handed in from "
                "now on, by units above which somebody has an account."
            ),
            "second_review_percent": _(
                "Percent of the records; which ones, a number draws that nobody is shown. 0 draws none. "
                "Indicators of the standard can ask for several reviewers besides."
            ),
            "spread_percent": _(
                "Percent of full marks. Within it, the mean counts, rounded to a tenth; beyond it, one more "
                "reviewer sees both marks and decides."
            ),
        }
        widgets = {
            name: forms.NumberInput(attrs={"inputmode": "numeric", "class": "input--short"})
            for name in ("corrections_allowed", "second_review_percent", "spread_percent")
        }


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
