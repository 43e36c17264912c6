"""Forms of the review."""

from decimal import Decimal

from django import forms
from django.core.cache import cache
from django.utils.http import urlencode
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.actions import ledger, likeness, reason, review
from assessments.models import Indicator, LedgerEntry, ReturnPoint, ReturnReason, WorkCalendar
from civportal.lib import search
from civportal.lib.clock import end_of, today
from civportal.lib.forms import FilterForm, VersionForm, is_asked
from civportal.lib.money import plain_decimal
from units.forms.editing import EditForm, TidyForm

from .gaps import of_kind_code, town_choices
from .score import KINDS_SECONDS, kind_choices

# So many places can be pinned in one return; the note says the rest.
POINTS_AT_ONCE = 6


def indicator_choices():
    """The indicators of the open year that the ledger proves; cached, for a year has them once."""
    indicators = cache.get_or_set(
        "indicators-in-use",
        lambda: [(it.pk, str(it)) for it in Indicator.objects.in_use().proved_by_ledger()],
        KINDS_SECONDS,
    )
    return [("", gettext("All indicators")), *indicators]


class QueueFilter(FilterForm):
    """Narrows the queue; the address is the filter and can be passed on."""

    q = forms.CharField(label=_("Title, unit or receipt"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False, choices=kind_choices)
    town = forms.TypedChoiceField(
        label=_("Town"), required=False, choices=town_choices, coerce=int, empty_value=None
    )
    indicator = forms.TypedChoiceField(
        label=_("Indicator"), required=False, choices=indicator_choices, coerce=int, empty_value=None
    )
    again = forms.BooleanField(label=_("Corrected ones only"), required=False)
    long = forms.BooleanField(
        label=format_lazy(_("Waits longer than {days} working days"), days=LedgerEntry.PROMISED_DAYS),
        required=False,
    )
    late = forms.BooleanField(label=_("Handed in late"), required=False)
    looks = forms.BooleanField(label=_("Photo, file or text known already"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("In line")), ("units", _("Unit by unit"))],
        widget=forms.HiddenInput,
    )

    @property
    def is_by_unit(self):
        """Whether all units' records stand one after another, as when one indicator is judged in a row."""
        return self.cleaned_data.get("order") == "units"

    @property
    def item(self):
        """Number of the indicator that is judged through all units, or None."""
        return self.cleaned_data.get("indicator") if self.is_by_unit else None

    @property
    def fields_of_order(self):
        """The fields by which the queue stands in order."""
        return LedgerEntry.UNIT_BY_UNIT if self.is_by_unit else LedgerEntry.IN_LINE

    @property
    def is_narrowed(self):
        """Whether anything was asked; the order narrows nothing."""
        return any(self.data.get(name) for name in self.fields if name != "order")

    @property
    def clean_query(self):
        """What was validly asked, as an address asks it: what else stands there is left out."""
        asked = {name: value for name, value in self.cleaned_data.items() if is_asked(value)}
        return urlencode({name: "on" if value is True else value for name, value in asked.items()})

    assigned = forms.BooleanField(label=_("Assigned to me"), required=False)

    def narrow_q(self, entries, text):
        # What waits is never much; asked in one statement with the rest, it costs no look at the index.
        words = search.words(text)
        return entries.among(words, None) if words else entries.none()

    def narrow_kind(self, entries, code):
        return entries.filter(unit__in=of_kind_code(code))

    def narrow_town(self, entries, town):
        return entries.filter(unit__town=town)

    def narrow_indicator(self, entries, indicator):
        return entries.claiming(indicator)

    def narrow_long(self, entries, long):
        day = WorkCalendar.workdays().latest_before(LedgerEntry.PROMISED_DAYS, today())
        return entries.filter(in_line_at__lt=end_of(day))

    def narrow_late(self, entries, late):
        return entries.late()

    def narrow_looks(self, entries, looks):
        return likeness.worth_a_look(entries)

    def narrow_order(self, entries, order):
        return entries.order_by(*LedgerEntry.UNIT_BY_UNIT)

    def narrow_assigned(self, entries, assigned):
        """`to_decide_by` says of each entry whether it is assigned to the person."""
        return entries.filter(is_assigned_here=True)

    def narrow_again(self, entries, again):
        return entries.filter(round__gt=1)


class AcceptForm(VersionForm):
    """Points for every indicator the entry claims, and a word to the unit."""

    note = forms.CharField(
        label=_("To the unit"), required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )

    def __init__(self, *args, entry, item=None, held=None, **kwargs):
        """With an `item` only its points are asked for; `held` is what the reviewer has in hand."""
        super().__init__(*args, record=entry, **kwargs)
        self.claims = [claim for claim in entry.claims.all() if item in (None, claim.indicator)]
        # Claim number → the points that one click gives.
        self.offers = {claim.pk: claim.indicator.quick_points for claim in self.claims}
        for claim in self.claims:
            self.fields[f"points_{claim.pk}"] = forms.DecimalField(
                label=str(claim.indicator),
                min_value=0,
                max_value=Decimal(plain_decimal(claim.indicator.maximum)),
                max_digits=6,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
            )
            if claim.indicator.must_show:
                self.fields[f"shown_{claim.pk}"] = forms.MultipleChoiceField(
                    label=_("Seen in the files"),
                    choices=[(name, name) for name in claim.indicator.must_show],
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
        if held:
            self.begin_with(held)

    def begin_with(self, held):
        """What the reviewer has in hand stands there already."""
        self.initial["note"] = held.note
        self.initial |= {f"points_{claim}": plain_decimal(points) for claim, points in held.points.items()}
        self.initial |= {f"shown_{claim}": names for claim, names in held.shown.items()}

    def arbitrate(self, marks):
        """For the arbiter, who sees them: the marks given, [(claim, its marks)], are offered, and where all
        gave the same it stands there already."""
        for claim, given in marks:
            offered = self.offers[claim.pk] = sorted({mark.points for mark in given})
            if len(offered) == 1:
                self.initial.setdefault(f"points_{claim.pk}", plain_decimal(offered[0]))

    @property
    def claim_fields(self):
        """(claim, its points, what is to be seen in its files or None), in the order of the standard."""
        return [
            (
                claim,
                self[f"points_{claim.pk}"],
                self[name] if (name := f"shown_{claim.pk}") in self.fields else None,
            )
            for claim in self.claims
        ]

    @property
    def shown(self):
        """Claim number → what the reviewer saw in the files, as `review.accept` takes it."""
        return {claim.pk: self.cleaned_data.get(f"shown_{claim.pk}", []) for claim in self.claims}

    @property
    def points(self):
        """Claim number → points, as `review.accept` takes them."""
        return {claim.pk: self.cleaned_data[f"points_{claim.pk}"] for claim in self.claims}


class DraftForm(AcceptForm):
    """The same while it is being filled in: gaps are allowed, and what is wrong is left as it was."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for claim in self.claims:
            self.fields[f"points_{claim.pk}"].required = False
        # Of an item alone nothing is said about the others.
        self.claims = [claim for claim in self.claims if f"points_{claim.pk}" in self.data]

    @property
    def points(self):
        given = {claim.pk: self.cleaned_data.get(f"points_{claim.pk}") for claim in self.claims}
        return {claim: points for claim, points in given.items() if not self.has_error(f"points_{claim}")}

    @property
    def is_kept_whole(self):
        return not any(self.has_error(f"points_{claim.pk}") for claim in self.claims)


def say_which_is_needed(form):
    """Where a reason of the library or one's own words have to be there, neither is simply optional."""
    form.fields["reason"].mark = _("(this or words of your own)")
    form.fields["note"].mark = _("(needed unless a reason is chosen)")


class PointForm(TidyForm, forms.Form):
    """One thing that a return wants changed: where, why, and a line of one's own."""

    place = forms.ChoiceField(label=_("Which place"), required=False)
    reason = forms.ModelChoiceField(
        label=_("Reason"),
        required=False,
        queryset=ReturnReason.objects.offered(),
        empty_label=_("choose a reason"),
    )
    note = forms.CharField(label=_("In your own words"), required=False, max_length=200)

    def __init__(self, *args, places, reasons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places
        self.fields["reason"].choices = reasons
        say_which_is_needed(self)

    def clean(self):
        values = super().clean()
        if values.get("place") and not (values.get("reason") or values.get("note")):
            self.add_error("reason", _("Choose a reason or write one."))
        return values

    @property
    def asked(self):
        """The point as `review.send_back` takes it; None where nothing is asked."""
        values = self.cleaned_data
        if not (values["reason"] or values["note"]):
            return None
        kind, _colon, name = values["place"].partition(":")
        spot = {"field": name} if kind == "field" else {f"{kind}_id": int(name)} if name else {}
        return review.Asked(**spot, reason=values["reason"], note=values["note"])


def places_of(entry):
    """Where in the record something can be pinned, grouped as a list offers it."""
    told = [name for name in ledger.TOLD if name != "indicators" and (name != "news" or entry.based_on_id)]
    fields = [(f"field:{name}", capfirst(label_of(name))) for name in told]
    claims = [(f"indicator:{claim.indicator_id}", str(claim.indicator)) for claim in entry.claims.all()]
    files = [(f"file:{file.pk}", file.name) for file in entry.files.all()]
    return [
        ("", _("the whole record")),
        (_("Words"), fields),
        *([(_("Indicators"), claims)] if claims else []),
        (_("Evidence"), [*files, (f"field:{ReturnPoint.FILES}", _("further files are wanted"))]),
    ]


def label_of(name):
    return LedgerEntry._meta.get_field(name).verbose_name


PointForms = forms.formset_factory(PointForm, extra=POINTS_AT_ONCE, max_num=POINTS_AT_ONCE, validate_max=True)


class SendBackForm(VersionForm):
    """What the unit should change: pinned to places of the record, or in words about the whole."""

    note = forms.CharField(
        label=_("What should the unit change?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    correct_by = forms.DateField(
        label=_("To be corrected by"),
        required=False,
        help_text=_("Five working days from today unless you name another day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.fields["note"].mark = _("(needed unless a reason is given below)")
        # One question for all rows.
        choices = list(self.reason_choices())
        self.points = PointForms(
            self.point_data() if self.is_bound else None,
            prefix="points",
            form_kwargs={"places": places_of(record), "reasons": choices},
        )

    def point_data(self):
        """What was sent of the points; whoever sends none at all asks only in words."""
        none = {"points-TOTAL_FORMS": "0", "points-INITIAL_FORMS": "0"}
        return self.data if "points-TOTAL_FORMS" in self.data else none

    @staticmethod
    def reason_choices():
        yield "", PointForm.base_fields["reason"].empty_label
        for offered in ReturnReason.objects.offered():
            yield offered.pk, offered.title

    def clean(self):
        values = super().clean()
        if self.points.is_valid() and not (values.get("note") or self.asked):
            self.add_error("note", _("Say what the unit should change, or pin a reason to a place."))
        return values

    def clean_correct_by(self):
        return review.day_to_come(self.cleaned_data["correct_by"])

    def is_valid(self):
        return super().is_valid() and self.points.is_valid()

    @property
    def asked(self):
        """The points as `review.send_back` takes them."""
        return [form.asked for form in self.points if form.has_changed() and form.asked]


class ReturnReasonForm(TidyForm, EditForm):
    """A reason of the library, worded by the office."""

    class Meta:
        model = ReturnReason
        fields = ("title", "text", "is_offered")
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 200})}

    def clean_title(self):
        title = self.cleaned_data["title"]
        if ReturnReason.objects.filter(title=title).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a reason of this name already."))
        return title

    def save_values(self, values, *, by, seen):
        if self.instance.pk is None:
            return reason.add(values, by=by)
        return reason.edit(self.instance, values, by=by, seen=seen)


class ReasonForm(forms.Form):
    """An act that needs a reason and nothing else."""

    note = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )
