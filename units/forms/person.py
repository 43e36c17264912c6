"""Forms of people and their accounts."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import FilterForm, SeveralField
from units.models import Role, Unit, User

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
    unit = forms.IntegerField(required=False, min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput)

    def narrow_q(self, people, text):
        return people.filter(pk__in=User.objects.named(text).values("pk"))

    def narrow_role(self, people, role):
        return people.filter(pk__in=User.objects.filter(memberships__role=role).values("pk"))

    def narrow_state(self, people, state):
        return people.blocked() if state == "blocked" else people.waiting()

    def narrow_unit(self, people, unit):
        return people.filter(pk__in=User.objects.filter(memberships__unit=unit).values("pk"))


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
        queryset=Unit.objects.participating(),
        required=False,
        help_text=_("For a liaison; one liaison may work for several units."),
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
        is_liaison = values.get("role") == Role.LIAISON
        units = values.get("units")
        if is_liaison and units is not None and not units:
            self.add_error("units", _("Choose the unit this liaison works for."))
        if not is_liaison and units:
            self.add_error("units", _("Only liaisons work for units; choose none, or the role of liaison."))
        return values


class BlockForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For the history, for example: has left."),
    )
