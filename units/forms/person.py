"""Forms of people and their accounts."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import FilterForm, SeveralField
from units.models import Membership, Role, Unit, User
from units.models.person import UNIT_ROLES

ANY_ROLE = [("", _("Any role")), *Role.choices]
STATES = [
    ("", _("Any account")),
    ("waiting", _("one-time password not used yet")),
    ("blocked", _("blocked")),
]


class PeopleFilter(FilterForm):
    q = forms.CharField(label=_("Name, account or unit"), required=False, widget=forms.SearchInput)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=ANY_ROLE)
    state = forms.ChoiceField(label=_("Account"), required=False, choices=STATES)
    # Longer numbers are nobody's, and the database would not take them.
    unit = forms.IntegerField(
        label=_("Unit"), required=False, min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput
    )

    def narrow_q(self, people, text):
        return people.filter(pk__in=User.objects.named(text).values("pk"))

    def narrow_role(self, people, role):
        return people.filter(pk__in=User.objects.holding([role]).values("pk"))

    def narrow_state(self, people, state):
        return people.blocked() if state == "blocked" else people.waiting()

    def say_unit(self, unit):
        return self.say("unit", Unit.objects.filter(pk=unit).first() or unit)

    def narrow_unit(self, people, unit):
        return people.filter(pk__in=Membership.objects.current().filter(unit=unit).values("user"))


class AccountForm(forms.Form):
    """A new account: who, as what, for which units, under which name."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        initial=Role.LIAISON,
    )
    units = SeveralField(
        label=_("Units"),
        queryset=Unit.objects.existing(),
        required=False,
        help_text=_("For a role in a unit; one person may serve several units."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    username = forms.CharField(
        label=_("Account"),
        max_length=60,
        required=False,
        help_text=_("Small letters and digits. Left empty, the portal chooses one."),
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9._-]*$",
                _("Use small letters, digits, dots and hyphens, with a letter or digit first."),
            )
        ],
    )

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username and User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("This account name is taken; choose another one."))
        return username

    def clean(self):
        values = super().clean()
        is_for_a_unit = values.get("role") in UNIT_ROLES
        units = values.get("units")
        if is_for_a_unit and units is not None and not units:
            self.add_error("units", _("Choose the unit for which the person has this role."))
        if not is_for_a_unit and units:
            self.add_error("units", _("This role is for the whole county; choose no unit, or another role."))
        return values


class BlockForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For the history, for example: has left."),
    )
