"""Forms of people and their accounts."""

from datetime import timedelta

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import end_of
from civportal.lib.forms import FilterForm
from units.models import Membership, Role, Unit, User

from .fields import DayField, NamedUnitField, UnitInput
from .role import RoleField, RoleRules

ANY_ROLE = [("", _("Any role")), *Role.choices]
STATES = [
    ("", _("Any account")),
    ("waiting", _("one-time password not used yet")),
    ("expired", _("one-time password expired")),
    ("blocked", _("blocked")),
]


class PeopleFilter(FilterForm):
    """Narrows the list of people, which can be asked as at a date."""

    q = forms.CharField(label=_("Name, account or unit"), required=False, widget=forms.SearchInput)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=ANY_ROLE)
    state = forms.ChoiceField(label=_("Account"), required=False, choices=STATES)
    # Longer numbers are nobody's, and the database would not take them.
    unit = forms.IntegerField(
        label=_("Unit"), required=False, min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput
    )
    at = DayField(label=_("As at"), required=False)

    @property
    def day(self):
        """The day as at which the list is asked, or None for now."""
        return getattr(self, "cleaned_data", {}).get("at")

    @property
    def moment(self):
        """The last moment of that day in China."""
        return self.day and end_of(self.day) - timedelta(microseconds=1)

    def narrow_q(self, people, text):
        return people.finding(text)

    def narrow_role(self, people, role):
        return self.holding(people, role=role)

    def narrow_state(self, people, state):
        return {"waiting": people.waiting, "expired": people.expired, "blocked": people.blocked}[state]()

    def say_unit(self, unit):
        return self.say("unit", Unit.objects.filter(pk=unit).first() or unit)

    def narrow_unit(self, people, unit):
        return self.holding(people, unit=unit)

    def narrow_at(self, people, _day):
        return self.holding(people)

    def holding(self, people, **of):
        """Those who hold such a role, or held it on the day."""
        return people.filter(pk__in=Membership.objects.held(self.moment).filter(**of).values("user"))


class AccountForm(RoleRules, forms.Form):
    """A new account: who, as what, for which unit, under which name."""

    role = RoleField(initial=Role.LIAISON)
    unit = NamedUnitField(
        label=_("Unit"),
        required=False,
        widget=UnitInput,
        help_text=_("For a role in a unit. Further units can be given on the person's page."),
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

    @property
    def account(self):
        """What the form says, as the action takes it."""
        said = {name: self.cleaned_data[name] for name in ("username", "name", "role")}
        return said | {"units": list(filter(None, [self.cleaned_data["unit"]]))}


class RoleForm(RoleRules, forms.Form):
    """One more role for somebody who has an account."""

    role = RoleField()
    unit = NamedUnitField(label=_("Unit"), required=False, widget=UnitInput)


class ReasonForm(forms.Form):
    """Why a role ends or an account is blocked."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For the history, for example: has left."),
    )

    @property
    def reason(self):
        return self.cleaned_data["note"] if self.is_valid() else ""
