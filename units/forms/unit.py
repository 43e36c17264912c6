"""Forms of the register of units."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib import codes
from civportal.lib.forms import FilterForm
from civportal.lib.names import clean_name, plain_name
from units.actions import unit as units
from units.actions.unit import refuse_circle
from units.models import Category, Unit, of_kind
from units.models.life import existing_on, was

from .fields import DayInput, MaskedNumberField, NamedUnitField


class UnitFilter(FilterForm):
    """Narrows the register, which can be asked as at a date."""

    q = forms.CharField(label=_("Name, other name or code"), required=False, widget=forms.SearchInput)
    category = forms.ModelChoiceField(
        label=_("Category"), required=False, queryset=Category.objects.all(), empty_label=_("Any category")
    )
    participation = forms.ChoiceField(
        label=_("Participation"),
        required=False,
        choices=[("", _("Any participation")), *Unit.Participation.choices],
    )
    # Asked for by the links of a unit's tags.
    tag = forms.CharField(label=_("tags"), required=False, max_length=20, widget=forms.HiddenInput)
    is_new = forms.BooleanField(label=_("New participants"), required=False)
    at = forms.DateField(label=_("As at"), required=False, widget=DayInput)

    @property
    def day(self):
        """The day as at which the register is asked, or None for now."""
        return getattr(self, "cleaned_data", {}).get("at")

    def apply(self, rows):
        """What has ended is shown only to those who ask for it, or for its name."""
        rows = super().apply(rows)
        asks_for_ended = self.cleaned_data.get("participation") or self.cleaned_data.get("q") or self.day
        return rows if asks_for_ended else rows.existing()

    def narrow_at(self, rows, day):
        return existing_on(rows, day)

    def narrow_q(self, rows, text):
        return rows.named(text)

    def narrow_category(self, rows, category):
        if self.day is None:
            return rows.filter(of_kind(category))
        return rows.filter(was(self.day, category=category) | was(self.day, category__parent=category))

    def narrow_participation(self, rows, participation):
        facts = {"participation": participation}
        return rows.filter(was(self.day, **facts)) if self.day else rows.filter(**facts)

    def narrow_tag(self, rows, tag):
        return rows.filter(tags__name=tag)

    def narrow_is_new(self, rows, _asked):
        return rows.filter(is_new_participant=True)


class PurposeForm(forms.Form):
    """Why somebody takes telephone numbers out of the portal."""

    reason = forms.CharField(
        label=_("What are the numbers for?"),
        min_length=4,
        max_length=100,
        help_text=_("For example: calling the liaisons to the meeting of 3 December."),
    )


class UnitRules:
    """What a unit's name, code and supervisor must be, wherever they are typed by hand."""

    def clean_name(self):
        name = clean_name(self.cleaned_data["name"])
        if not plain_name(name):
            raise forms.ValidationError(_("Enter the unit's name."))
        return name

    def clean_uscc(self):
        code = codes.clean_code(self.cleaned_data["uscc"] or "")
        if code and not codes.is_valid(code):
            raise forms.ValidationError(what_is_wrong(code))
        taken = Unit.objects.existing().filter(uscc=code).exclude(pk=self.instance.pk)
        if code and (unit := taken.first()):
            raise forms.ValidationError(_("%(unit)s has this code.") % {"unit": unit})
        return code or None

    def clean(self):
        values = super().clean()
        name, supervisor = values.get("name") or self.instance.name, values.get("supervisor")
        twins = Unit.objects.existing().filter(match_name=plain_name(name or ""), supervisor=supervisor)
        if name and twins.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "name", _("A unit of this name under the same supervisor is in the register already.")
            )
        try:
            refuse_circle(self.instance, supervisor)
        except forms.ValidationError as refusal:
            tell_refusal(self, refusal)
        standing = values.get("participation")
        if standing in Unit.EXPLAINED and not values.get("participation_note"):
            self.add_error("participation_note", _("Say why; the list of such units shows it."))
        return values


def what_is_wrong(code):
    """Why a code is refused; a letter written for a digit is pointed out, not mended."""
    if meant := codes.likely(code):
        return _(
            "Codes have no letter I, O, S, V or Z. Was %(meant)s meant? Compare it with the certificate."
        ) % {"meant": meant}
    return _("The code is not right. Compare all 18 characters with the certificate.")


class UnitForm(UnitRules, forms.ModelForm):
    """What the office may correct by hand; the version tells two clerks apart."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    supervisor = NamedUnitField(label=_("supervising unit"), required=False)
    town = NamedUnitField(
        label=_("town"), required=False, queryset=Unit.objects.existing().filter(category__code="town")
    )
    tags = forms.CharField(
        label=_("tags"), required=False, max_length=200, help_text=_("Separated by 、 or blanks.")
    )

    class Meta:
        model = Unit
        fields = [
            "name",
            "uscc",
            "category",
            "participation",
            "participation_note",
            "is_new_participant",
            "founded_on",
            "supervisor",
            "town",
            "sort_order",
            "address",
            "staff_count",
            "staff_count_is_approximate",
            "has_window",
            "top_leader",
            "leader_in_charge",
            "contact",
            "mobile",
            "tel",
            "email",
            "honors_text",
            "application_text",
            "pairing_text",
            "remark",
        ]
        widgets = {"founded_on": DayInput}

    field_order = ["name", "uscc", "category", "participation", "participation_note", "tags"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        for name in ("supervisor", "town"):
            self.initial[name] = getattr(self.instance, name)
        for name in ("mobile", "tel"):
            field = self.fields[name]
            self.fields[name] = MaskedNumberField(
                current=getattr(self.instance, name), label=field.label, max_length=field.max_length
            )
            self.initial.pop(name, None)
        self.initial["tags"] = "、".join(units.tags_of(self.instance))
        self.fields["participation"].choices = standings(self.instance)
        self.fields["sort_order"].required = False
        for name in ("honors_text", "application_text", "pairing_text", "remark"):
            self.fields[name].widget.attrs["rows"] = 2

    def clean_sort_order(self):
        """Left empty, the place stays; a new unit goes behind all others."""
        order = self.cleaned_data["sort_order"]
        return self.instance.sort_order if order is None else order

    def _post_clean(self):
        """Ask the model's validators, but leave the instance alone: the action writes, on its locked row."""
        for name, value in list(self.cleaned_data.items()):
            if name in self._meta.fields:
                self.ask(self._meta.model._meta.get_field(name), value)

    def ask(self, field, value):
        """Put on the form what the field's own validators say, such as a number the database cannot hold."""
        try:
            field.run_validators(value)
        except forms.ValidationError as refusal:
            self.add_error(field.name, refusal)

    def edit(self, *, by):
        """The unit as saved, or None when somebody was quicker; what they changed is then an error."""
        values = {name: self.cleaned_data[name] for name in self._meta.fields}
        try:
            return units.edit(
                self.instance, values, tags=self.cleaned_data["tags"], by=by, seen=self.cleaned_data["seen"]
            )
        except units.ChangedMeanwhile as meanwhile:
            tell_meanwhile(self, meanwhile)
        except forms.ValidationError as refusal:
            tell_refusal(self, refusal)
        return None

    def create(self, *, by):
        """The new unit, or None when somebody entered the same one meanwhile."""
        values = {name: self.cleaned_data[name] for name in self._meta.fields}
        try:
            return units.create(values, tags=self.cleaned_data["tags"], by=by)
        except forms.ValidationError as refusal:
            tell_refusal(self, refusal)
        return None


def standings(unit):
    """What can be chosen by hand: a unit ends by an act, with a document."""
    ended = Unit.Participation.ENDED
    return [(value, label) for value, label in Unit.Participation.choices if value != ended or unit.has_ended]


def tell_meanwhile(form, meanwhile):
    """Say what somebody saved while the form was open; the next try is made against that version."""
    for event in meanwhile.events:
        form.add_error(None, sentence(event))
    form.data = {**form.data.dict(), "seen": str(meanwhile.unit.version)}


def tell_refusal(form, refusal):
    """Put an action's refusal at its fields, or at the top where the form has no such field."""
    told = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
    for name, sentences in told.items():
        form.add_error(name if name in form.fields else None, sentences)


def sentence(event):
    """What somebody changed while the form was open."""
    changes = "；".join(f"{field_label(name)}：{old} → {new}" for name, (old, new) in event.changes.items())
    return _("%(who)s saved this unit while your form was open (%(what)s). Check it and save again.") % {
        "who": event.by,
        "what": changes,
    }


def field_label(name):
    """A field as people call it; a name that is no field as it is."""
    return next((field.verbose_name for field in Unit._meta.fields if field.name == name), name)
