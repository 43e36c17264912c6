"""Forms of plans: written, decided on item by item, amended, looked back at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Plan, PlanItem
from assessments.models.plan import periods_below
from civportal.lib.forms import FilterForm, VersionForm

LONG = {"rows": 3, "maxlength": 300}


class BeginForm(forms.Form):
    """Which plan is meant: its kind, its quarter or month, its year; the plan of this year unless said."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=Plan.Kind.choices)
    period = forms.IntegerField(label=_("Quarter or month"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False)

    def __init__(self, *args, unit_years, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit_years = {unit_year.cycle.year: unit_year for unit_year in unit_years}

    def clean(self):
        values = super().clean()
        kind, period = values.get("kind") or Plan.Kind.ANNUAL, values.get("period") or 0
        if (kind, period) not in every_period():
            raise forms.ValidationError(_("There is no such quarter or month."))
        return values | {"kind": kind, "period": period}

    def clean_year(self):
        year = self.cleaned_data["year"] or next(iter(self.unit_years))
        if year not in self.unit_years:
            raise forms.ValidationError(_("This year takes no plans of your unit now."))
        return year

    @property
    def unit_year(self):
        return self.unit_years[self.cleaned_data["year"]]


def every_period():
    """All plans that a year can have, as (kind, period)."""
    quarters = periods_below(Plan.Kind.ANNUAL, 0)
    return [(Plan.Kind.ANNUAL, 0), *quarters, *(month for key in quarters for month in periods_below(*key))]


# writing


class PlanForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Plan
        fields = ("goals",)
        help_texts = {"goals": _("Two or three sentences: what the unit wants to have reached by December.")}
        widgets = {"goals": forms.Textarea(attrs={"rows": 4, "maxlength": 1000})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        if self.instance.kind != Plan.Kind.ANNUAL:
            self.fields["goals"].help_text = _("One or two sentences: what comes first in this quarter.")
        if self.instance.is_light or not self.instance.is_whole_open:
            del self.fields["goals"]
        self.attachments = list(self.instance.attachments)
        for file in self.attachments:
            if not self.instance.locks_file(file):
                self.add_key_points(file)

    def add_key_points(self, file):
        """What a file comes to; it is written beside the file, and saved with the plan."""
        limit = file._meta.get_field("key_points").max_length
        self.fields[f"key_points_{file.pk}"] = forms.CharField(
            label=_("Key points, phase by phase"),
            required=False,
            initial=file.key_points,
            max_length=limit,
            widget=forms.Textarea(attrs={"rows": 3, "maxlength": limit}),
        )
        # The page writes it beside the file, as it was typed.
        file.typed = self[f"key_points_{file.pk}"].value() or ""

    @property
    def goals(self):
        """What the goals are to say; what they say where they cannot be written."""
        return self.cleaned_data.get("goals", self.instance.goals)

    @property
    def key_points(self):
        """Number of the file → what it comes to, of those the page asked about."""
        fields = {file.pk: f"key_points_{file.pk}" for file in self.attachments}
        asked = {pk: name for pk, name in fields.items() if name in self.fields and name in self.data}
        return {pk: self.cleaned_data[name] for pk, name in asked.items()}


class ItemForm(forms.ModelForm):
    class Meta:
        model = PlanItem
        fields = (
            "what", "carrier", "owner", "overseer", "due_on", "measure", "proof", "goal", "serves",
        )  # fmt: skip
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, county_goals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = county_goals
        if not county_goals:
            del self.fields["goal"]

    def clean(self):
        values = super().clean()
        if values.get("owner") and values.get("owner") == values.get("overseer"):
            self.add_error("overseer", _("The overseer is another person than the owner."))
        return values


class LineForm(forms.ModelForm):
    """An item of a light plan: a line, and who does it."""

    class Meta:
        model = PlanItem
        fields = ("what", "owner")

    def __init__(self, *args, county_goals, **kwargs):
        super().__init__(*args, **kwargs)


def item_forms(plan, data=None):
    """The items that are open, as forms, with two more where items can be added."""
    factory = forms.inlineformset_factory(
        Plan,
        PlanItem,
        form=LineForm if plan.is_light else ItemForm,
        extra=2 if plan.is_whole_open else 0,
        can_delete=True,
        max_num=60,
        absolute_max=61,
        validate_max=True,
    )
    settled = [item.pk for item in plan.items.all() if plan.locks(item)]
    county_goals = plan.cycle.goals.all()
    return factory(
        data,
        instance=plan,
        queryset=PlanItem.objects.exclude(pk__in=settled),
        form_kwargs={"county_goals": county_goals},
    )


def items_of(formset):
    """The filled and kept rows as `plan.edit` takes them."""
    return [
        {"pk": form.instance.pk} | {name: form.cleaned_data[name] for name in form.fields if name in WRITTEN}
        for form in formset
        if form.cleaned_data.get("what") and not form.cleaned_data.get("DELETE")
    ]


WRITTEN = frozenset(ItemForm.Meta.fields)


class AmendForm(forms.Form):
    note = forms.CharField(
        label=_("Why is the plan changed?"), widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )


# deciding


class DecisionForm(VersionForm):
    """Accept or ask for changes, item by item; and a note on the goals and the whole."""

    goals_note = forms.CharField(
        label=_("What is to be changed in the goals, or in the whole?"),
        help_text=_("Only if something is: it opens the goals and lets the unit add items."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs=LONG),
    )

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        proposal = record.proposal or {"reasons": {}, "goals_note": ""}
        self.initial["goals_note"] = proposal["goals_note"]
        numbered = list(enumerate(record.items.all(), 1))
        self.items = [item for _number, item in numbered if not item.is_accepted]
        for number, item in numbered:
            if item in self.items:
                self.add_fields(number, item, record.proposal and proposal["reasons"].get(str(item.pk), ""))

    def add_fields(self, number, item, proposed):
        """Two fields for an item; filled in where a return was laid before the director."""
        self.fields[f"verdict_{item.pk}"] = forms.ChoiceField(
            label=_("Decision on item %(number)s") % {"number": number},
            required=False,
            choices=[choice for choice in PlanItem.Verdict.choices if choice[0]],
            widget=forms.RadioSelect,
        )
        # Asked when it is decided, not while everything can still be accepted at one press.
        self.fields[f"verdict_{item.pk}"].asked_later = True
        self.fields[f"reason_{item.pk}"] = forms.CharField(
            label=_("What is to be changed?"), required=False, max_length=200
        )
        if proposed is not None:
            self.initial[f"verdict_{item.pk}"] = "returned" if proposed else "accepted"
            self.initial[f"reason_{item.pk}"] = proposed

    def clean(self):
        values = super().clean()
        for item in [] if self.accepts_everything else self.items:
            verdict, reason = values.get(f"verdict_{item.pk}"), values.get(f"reason_{item.pk}")
            if not verdict:
                self.add_error(f"verdict_{item.pk}", _("Accept it, or say what is to be changed."))
            elif verdict == PlanItem.Verdict.RETURNED and not reason:
                self.add_error(f"reason_{item.pk}", _("Say what is to be changed."))
            elif verdict == PlanItem.Verdict.ACCEPTED and reason:
                self.add_error(f"reason_{item.pk}", _("Accepted, and to be changed? Choose one of them."))
        return values

    @property
    def accepts_everything(self):
        return "everything" in self.data

    @property
    def reasons(self):
        """The number of each item to be changed → what."""
        if self.accepts_everything:
            return {}
        said = {item.pk: self.cleaned_data[f"reason_{item.pk}"] for item in self.items}
        return {pk: reason for pk, reason in said.items() if reason}

    @property
    def note(self):
        """What is to be changed in the goals or the whole."""
        return "" if self.accepts_everything else self.cleaned_data["goals_note"]

    @property
    def asks_for_changes(self):
        return bool(self.reasons or self.note)

    def fields_of(self, item):
        """The bound fields of an item: verdict, reason."""
        return self[f"verdict_{item.pk}"], self[f"reason_{item.pk}"]


# looking back


class LookBackForm(VersionForm):
    """How each item went, and what looking back at the whole found."""

    found = forms.CharField(
        label=_("What did the look-back find?"),
        help_text=_("What worked, what did not and why, what follows for the rest of the year."),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 2000}),
        max_length=2000,
    )

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.items = list(record.items.all())
        self.initial["found"] = record.look_back
        for item in self.items:
            self.fields[f"outcome_{item.pk}"] = forms.ChoiceField(
                label=item.what, choices=[("", _("choose")), *PlanItem.Outcome.choices[1:]]
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("What was reached?"), required=False, max_length=200
            )
            self.initial |= {f"outcome_{item.pk}": item.outcome, f"note_{item.pk}": item.outcome_note}

    @property
    def outcomes(self):
        """The number of each item → (outcome, what was reached)."""
        values = self.cleaned_data
        return {item.pk: (values[f"outcome_{item.pk}"], values[f"note_{item.pk}"]) for item in self.items}

    def fields_of(self, item):
        return self[f"outcome_{item.pk}"], self[f"note_{item.pk}"]


# the list


class PlanFilter(FilterForm):
    q = forms.CharField(label=_("Unit"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Any kind")), *Plan.Kind.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *Plan.Status.choices]
    )
    waiting = forms.BooleanField(label=_("Waits for my decision"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_perm("assessments.review_entries"):
            del self.fields["waiting"]

    def narrow_waiting(self, plans, waiting):
        return plans.to_decide_by(self.user)

    def narrow_q(self, plans, text):
        return plans.finding(text)

    def narrow_kind(self, plans, kind):
        return plans.filter(kind=kind)

    def narrow_status(self, plans, status):
        return plans.filter(status=status)
