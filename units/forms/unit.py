"""Forms of the register of units."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib import codes
from civportal.lib.forms import FilterForm
from civportal.lib.names import clean_name, plain_name
from units.actions import unit as units
from units.models import Category, Unit, of_kind


class UnitFilter(FilterForm):
    q = forms.CharField(label=_("Name, other name or code"), required=False, widget=forms.SearchInput)
    category = forms.ModelChoiceField(
        label=_("Category"), required=False, queryset=Category.objects.all(), empty_label=_("Any category")
    )
    participation = forms.ChoiceField(
        label=_("Participation"),
        required=False,
        choices=[("", _("Any participation")), *Unit.Participation.choices],
    )

    def narrow_q(self, rows, text):
        return rows.finding(text)

    def narrow_category(self, rows, category):
        return rows.filter(of_kind(category))

    def narrow_participation(self, rows, participation):
        return rows.filter(participation=participation)


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
            raise forms.ValidationError(
                _("The code is not right. Compare all 18 characters with the certificate.")
            )
        if code and Unit.objects.filter(uscc=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another unit has this code."))
        return code or None

    def clean(self):
        values = super().clean()
        name, supervisor = values.get("name"), values.get("supervisor")
        twins = Unit.objects.filter(match_name=plain_name(name or ""), supervisor=supervisor)
        if name and twins.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "name", _("A unit of this name under the same supervisor is in the register already.")
            )
        if supervisor and self.stands_above(supervisor):
            self.add_error("supervisor", _("This unit stands below; it cannot stand above at the same time."))
        return values

    def stands_above(self, supervisor):
        """Whether this unit is already above the one that is to supervise it."""
        seen = set()
        while supervisor is not None and supervisor.pk not in seen:
            if supervisor.pk == self.instance.pk:
                return True
            seen.add(supervisor.pk)
            supervisor = supervisor.supervisor
        return False


class UnitForm(UnitRules, forms.ModelForm):
    """What the office may correct by hand; the version tells two clerks apart."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Unit
        fields = [
            "name",
            "uscc",
            "category",
            "participation",
            "supervisor",
            "town",
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        others = Unit.objects.exclude(pk=self.instance.pk)
        self.fields["supervisor"].queryset = others
        self.fields["town"].queryset = others.filter(Q(category__code="town") | Q(pk=self.instance.town_id))
        for name in ("honors_text", "application_text", "pairing_text", "remark"):
            self.fields[name].widget.attrs["rows"] = 2

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
            return units.edit(self.instance, values, by=by, seen=self.cleaned_data["seen"])
        except units.ChangedMeanwhile as meanwhile:
            for event in meanwhile.events:
                self.add_error(None, sentence(event))
            self.data = {**self.data.dict(), "seen": str(meanwhile.unit.version)}
            return None


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
