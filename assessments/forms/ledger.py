"""Forms of the ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator, LedgerEntry
from civportal.lib.forms import FilterForm, SeveralField


class StartForm(forms.ModelForm):
    """The one question with which a record begins."""

    class Meta:
        model = LedgerEntry
        fields = ("title",)
        labels = {"title": _("What was done?")}
        help_texts = {"title": _("A short title, for example: Volunteers clean the old town.")}
        widgets = {"title": forms.TextInput(attrs={"autofocus": True})}


class WishForm(forms.Form):
    """The indicator for which a record is begun, as the task list's link names it."""

    indicator = forms.CharField(required=False, max_length=20)


def title_for(duty):
    """What a record that answers the duty is called, until somebody words it better."""
    return f"{duty.cycle.year} {duty.label}"[:80]


Kind = LedgerEntry.Kind
# What each kind of record tells, in an office's words.
KIND_HINTS = {
    Kind.ACTIVITY: _("What was done, who took part, what came of it."),
    Kind.DEPLOYMENT: _("The meeting or document by which the unit set the year's work going."),
    Kind.MEETING: _("The unit's own regular meetings: who sat together, what was decided."),
    Kind.ANALYSIS: _(
        "How the creation work stands and what holds it up: each decision with who does it and by when."
    ),
    Kind.COUNTY_MEETING: _(
        "A county meeting, the year-start one or a regular one: who went, and how its spirit was passed on."
    ),
    Kind.SITE_VISIT: _("Hosts, route, who went, what is worth taking over; as host, who came to see what."),
    Kind.LEDGER_VIEWING: _("Whose ledger was looked through, by whom, and what was put in order afterwards."),
    Kind.EXPERIENCE_TALK: _("Who spoke, at which meeting, on what; the text goes with it as a file."),
    Kind.FOUR_TOGETHERS: _(
        "Planned, deployed, checked and rewarded together with the business: the passages of the documents "
        "that show it. The yes and no of each stands with the organization of the creation work."
    ),
    Kind.PARTY_GOALS: _(
        "The party committee's document of its goals of the year, with the passage on the creation work."
    ),
    Kind.SERVICE_STANDARD: _(
        "The whole set of service standards and how they are checked: conduct, language, procedure, skill, "
        "environment, and which edition it is. New participants begin with it."
    ),
    Kind.REPORT: _("A bulletin, summary or report. It is kept and counted, but never proves anything alone."),
    Kind.SELF_CHECK: _("How the unit sees its own year, item by item."),
}


def grouped_kinds():
    """The kinds of record as a list offers them, by what they are about."""
    return [(label, [(kind.value, kind.label) for kind in kinds]) for label, kinds in LedgerEntry.GROUPS]


class EntryForm(forms.ModelForm):
    """The record itself; a draft may have gaps."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    indicators = SeveralField(
        label=_("Which indicators does it prove?"),
        queryset=Indicator.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = LedgerEntry
        fields = ("title", "kind", "held_on", "place", "text")
        labels = {"text": _("What happened?")}
        help_texts = {
            "text": _("Who took part, what was done, what came of it. 500 characters are plenty."),
        }
        widgets = {
            "held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "text": forms.Textarea(attrs={"rows": 8, "maxlength": 2000}),
        }

    def __init__(self, *args, unit_year, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("held_on", "place", "text"):
            # A draft may leave it empty, handing in may not: the page does not call it optional.
            self.fields[name].asked_later = True
        self.fields["kind"].choices = grouped_kinds()
        # A page that was opened without the question leaves the kind as it is.
        self.fields["kind"].required, self.fields["kind"].asked_later = False, True
        self.fields["indicators"].queryset = (
            Indicator.objects.filter(standard=unit_year.cycle.standard)
            .proved_by_ledger()
            .for_unit_year(unit_year)
            .select_related("parent")
        )
        self.initial.setdefault("version", self.instance.version)
        self.initial.setdefault("indicators", [claim.indicator_id for claim in self.instance.claims.all()])

    def clean_kind(self):
        return self.cleaned_data["kind"] or self.instance.kind

    @property
    def kinds(self):
        """(kind, what it tells) in the order of the list."""
        return [(kind.label, KIND_HINTS[kind]) for _label, kinds in LedgerEntry.GROUPS for kind in kinds]

    def values(self):
        """What the action `ledger.edit` takes."""
        kept = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**kept, "seen": self.cleaned_data["version"], "indicators": self.cleaned_data["indicators"]}


class EntryFilter(FilterForm):
    """Narrows the list of entries."""

    q = forms.CharField(label=_("Title, unit or receipt"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *LedgerEntry.Status.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind of record"), required=False, choices=[("", _("Any kind")), *grouped_kinds()]
    )
    indicator = forms.ModelChoiceField(
        label=_("Indicator"),
        required=False,
        empty_label=_("All indicators"),
        queryset=Indicator.objects.in_use().proved_by_ledger(),
    )

    def narrow_indicator(self, entries, indicator):
        return entries.claiming(indicator)

    def narrow_kind(self, entries, kind):
        return entries.filter(kind=kind)

    def narrow_q(self, entries, text):
        return entries.finding(text)

    def narrow_status(self, entries, status):
        return entries.filter(status=status)
