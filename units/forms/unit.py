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

from .editing import EditForm, attempt, tell_refusal
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
        return rows.finding(text)

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


class UnitForm(UnitRules, EditForm):
    """What the office may correct by hand; the version tells two clerks apart."""

    meanwhile = _("%(who)s saved this unit while your form was open (%(what)s). Check it and save again.")
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

    def save_values(self, values, *, by, seen):
        return units.edit(self.instance, values, tags=self.cleaned_data["tags"], by=by, seen=seen)

    def create(self, *, by):
        """The new unit, or None when somebody entered the same one meanwhile."""
        return attempt(self, units.create, self.values, tags=self.cleaned_data["tags"], by=by)


def standings(unit):
    """What can be chosen by hand: a unit ends by an act, with a document."""
    ended = Unit.Participation.ENDED
    return [(value, label) for value, label in Unit.Participation.choices if value != ended or unit.has_ended]
