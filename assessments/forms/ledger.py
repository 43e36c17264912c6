"""Forms of the ledger."""

from contextlib import suppress
from datetime import date

from django import forms
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from assessments.actions import correction, ledger
from assessments.models import Indicator, LedgerEntry, UnitYear
from civportal.lib.forms import FilterForm, SeveralField
from civportal.lib.names import clean_text
from civportal.lib.web import whole_number
from units.forms.editing import AskingForm, TidyForm
from units.forms.fields import NamedUnitField, UnitInput

LINKS_AT_MOST = 10


class StartForm(forms.ModelForm):
    """The one question with which a record begins."""

    class Meta:
        model = LedgerEntry
        fields = ("title",)
        labels = {"title": _("What was done?")}
        help_texts = {"title": _("A short title, for example: Volunteers clean the old town.")}
        widgets = {"title": forms.TextInput(attrs={"autofocus": True})}


class OnBehalfForm(StartForm):
    """The office begins a record from a unit's paper; whoever takes part this year can be chosen."""

    unit = NamedUnitField(label=_("Unit"), widget=UnitInput)
    field_order = ["unit", "title"]

    def clean_unit(self):
        """The unit's open year goes with it."""
        unit = self.cleaned_data["unit"]
        self.unit_year = UnitYear.objects.current_at(unit)
        if self.unit_year is None:
            raise forms.ValidationError(_("The unit takes no part in the year that is open."))
        return unit


class WishForm(forms.Form):
    """The indicator for which a record is begun, as the task list's link names it."""

    indicator = forms.CharField(required=False, max_length=20)


def title_for(duty):
    """What a record that answers the duty is called, until somebody words it better."""
    return f"{duty.cycle.year} {duty.label}"[:80]


def grouped_kinds():
    """The kinds of record as a list offers them, by what they are about."""
    return [(label, [(kind.value, kind.label) for kind in kinds]) for label, kinds in LedgerEntry.GROUPS]


class Ticks(forms.CheckboxSelectMultiple):
    """Tick boxes of which some can be frozen as they are."""

    frozen = frozenset()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if getattr(value, "value", value) in self.frozen:
            option["attrs"]["disabled"] = True
        return option


class EntryForm(AskingForm):
    """The record itself; a draft may have gaps.

    Beside every field lies, hidden, what stood there when the page was opened: so that two people
    at one record lose nothing. `only` narrows the form to the fields that were sent.
    """

    # What a draft may leave open and handing in asks for: the page does not call it optional.
    ASKED_LATER = ("held_on", "place", "text", "kind", "news")

    # What a short record does not need.
    SELDOM = ("held_until", "people", "attendance", "links", "recorded_on")

    indicators = SeveralField(
        label=_("Which indicators does it prove?"),
        queryset=Indicator.objects.none(),
        required=False,
        widget=Ticks,
    )

    class Meta:
        model = LedgerEntry
        # The indicators are a field of their own, above.
        fields = tuple(name for name in ledger.TOLD if name != "indicators")
        labels = {
            "text": _("What happened?"),
            "held_until": _("Until, if it took several days"),
            "attendance": _("How many took part"),
            "links": _("Public pages that show it"),
        }
        help_texts = {
            "text": _("Who took part, what was done, what came of it. 500 characters are plenty."),
            "news": _("For example: two villages more; on foot instead of by car."),
            "people": _("For example: all staff of the office; volunteers of two villages."),
            "recorded_on": _("The day of the minutes or of the sheet of signatures, if it was not today."),
            "links": _("One address a line. A link to a public page spares you the files."),
        }
        widgets = {
            "held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "held_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "recorded_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "attendance": forms.NumberInput(attrs={"inputmode": "numeric", "class": "input--short"}),
            "text": forms.Textarea(attrs={"rows": 8, "maxlength": 2000}),
            "links": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, unit_year, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit_year = unit_year
        if not self.instance.based_on_id:
            del self.fields["news"]
        for name in set(self.ASKED_LATER) & set(self.fields):
            self.fields[name].required, self.fields[name].asked_later = False, True
        self.fields["kind"].choices = grouped_kinds()
        self.fields["indicators"].queryset = (
            Indicator.objects.filter(standard=unit_year.cycle.standard)
            .proved_by_ledger()
            .for_unit_year(unit_year)
            .with_faq_count()
            .select_related("parent")
            .prefetch_related("levels")
        )
        self.initial.setdefault("indicators", [claim.indicator_id for claim in self.instance.claims.all()])
        for name in list(self.fields):
            self.fields[name].show_hidden_initial = True
            if only is not None and name not in only:
                del self.fields[name]
        self.freeze()

    def freeze(self):
        """Of a returned record only the pinned places are open; each says what is asked there."""
        self.correction = correction.of(self.instance)
        for name, field in self.fields.items():
            field.disabled = not self.correction.opens(name)
            field.remarks = self.correction.fields.get(name, [])
        if "indicators" in self.fields and not self.correction.is_whole:
            field = self.fields["indicators"]
            numbers = field.queryset.values_list("pk", flat=True)
            field.widget.frozen = {pk for pk in numbers if not self.correction.opens_tick(pk)}
            field.remarks_of = self.correction.indicators

    def clean_indicators(self):
        """What is frozen stays as it is, whether its box was sent or not."""
        wanted = as_kept(list(self.cleaned_data["indicators"]))
        there = set(self.initial["indicators"])
        frozen = self.fields["indicators"].widget.frozen
        return list((wanted - frozen) | (there & frozen))

    def clean_kind(self):
        """A page that was opened without the question leaves the kind as it is."""
        return self.cleaned_data["kind"] or self.instance.kind

    def clean_links(self):
        """One public address a line."""
        lines = self.cleaned_data["links"].split()
        if len(lines) > LINKS_AT_MOST:
            raise forms.ValidationError(_("Ten links at most."))
        for number, line in enumerate(lines, 1):
            if not is_web_address(line):
                raise forms.ValidationError(
                    _("Line %(number)s is no web address: it begins with https:// or http://."),
                    params={"number": number},
                )
        return "\n".join(lines)

    @property
    def values(self):
        """{field: value} of everything that can be kept."""
        return {name: as_kept(self.cleaned_data[name]) for name in self.fields if name in self.cleaned_data}

    @property
    def seen(self):
        """{field: what stood there when the page was opened}, where the page says so."""
        seen = {}
        for name in self.values:
            field = self[name]
            said = field.field.hidden_widget().value_from_datadict(self.data, {}, field.html_initial_name)
            with suppress(forms.ValidationError):
                if said is not None:
                    seen[name] = as_kept(said if name == "indicators" else field.field.to_python(said))
        return seen

    @property
    def seen_inputs(self):
        """What stands there now, hidden beside every field."""
        return [field.as_hidden(only_initial=True) for field in self]

    @property
    def more(self):
        """Whether anything stands in the fields that a short record leaves alone, or is wrong there."""
        return any(self[name].errors or self[name].value() for name in self.SELDOM)

    def show(self, clashes):
        """Let the page say what somebody else wrote: saving again replaces it."""
        self.data = self.data.copy()
        self.data.update(
            {self[name].html_initial_name: self.as_typed(name, there) for name, there in clashes.items()}
        )

    def stored(self):
        """{field: what the entry holds}."""
        return {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}

    def as_typed(self, name, value):
        """The text that a browser's field holds for a value; ticks as a list of them."""
        if name == "indicators":
            return [str(number) for number in sorted(value)]
        return "" if value is None else str(value)

    def told(self, name, value):
        """A value as people read it."""
        if name == "kind":
            return str(LedgerEntry.Kind(value).label)
        return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value or "—")


def as_kept(value):
    """A field's value as the entry keeps it: tidy text, ticks as a set of numbers."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list | QuerySet):
        return {getattr(one, "pk", None) or whole_number(str(one)) for one in value}
    return value


def is_web_address(text):
    """Whether a browser can open it as a page."""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except forms.ValidationError:
        return False
    return True


class CaptionForm(TidyForm, forms.Form):
    """What a file shows."""

    caption = forms.CharField(label=_("What it shows"), max_length=80, required=False)


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
