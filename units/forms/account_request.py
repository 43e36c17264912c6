"""Forms of accounts that people ask for."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import FilterForm, VersionForm
from civportal.lib.names import clean_name, clean_text, plain_name
from units.models import AccountRequest, Unit
from units.models.account_request import ASKABLE_ROLES, digits

from .fields import NamedUnitField, UnitInput, units_called
from .role import RoleField, RoleRules

PHONE = re.compile(r"[0-9+() -]{7,30}")


class AskForm(RoleRules, forms.Form):
    """What somebody without an account says of himself. Everything is checked by the office later."""

    unit = forms.CharField(
        label=_("Unit"), max_length=100, help_text=_("The full name of your unit, as on its seal.")
    )
    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30,
        help_text=_("The office calls this number before it agrees."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    role = RoleField(roles=ASKABLE_ROLES)
    reason = forms.CharField(
        label=_("Remark"), max_length=300, required=False,
        help_text=_("For example: takes over from the former liaison, who has left."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def clean_unit(self):
        name = clean_name(self.cleaned_data["unit"])
        if not plain_name(name):
            raise forms.ValidationError(_("Enter the unit's name."))
        return name

    def clean_name(self):
        name = clean_name(self.cleaned_data["name"])
        if not plain_name(name):
            raise forms.ValidationError(_("Enter your name."))
        return name

    def clean_phone(self):
        phone = clean_text(self.cleaned_data["phone"]).replace("（", "(").replace("）", ")")
        if not PHONE.fullmatch(phone) or not 7 <= len(digits(phone)) <= 15:
            raise forms.ValidationError(_("Enter a telephone number at which you can be reached."))
        return phone

    @property
    def asked(self):
        """What is asked, as the action takes it. Whether the unit is known is not the asker's to learn."""
        said = {name: self.cleaned_data[name] for name in ("name", "phone", "role", "reason")}
        typed = self.cleaned_data["unit"]
        found = list(units_called(typed, Unit.objects.existing()))
        return said | {"unit_name": typed, "unit": found[0] if len(found) == 1 else None}


class RequestFilter(FilterForm):
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *AccountRequest.Status.choices]
    )

    def narrow_status(self, requests, status):
        return requests.filter(status=status)


class ApproveForm(RoleRules, VersionForm):
    """The account as it will be issued; what was typed by a stranger can be put right."""

    name = forms.CharField(label=_("Name"), max_length=60)
    unit = NamedUnitField(label=_("Unit"), widget=UnitInput)
    role = RoleField(roles=ASKABLE_ROLES)

    field_order = ["unit", "role", "name", "version"]

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.initial |= {"name": record.name, "role": record.role, "unit": record.unit or record.unit_name}

    @property
    def account(self):
        return {name: self.cleaned_data[name] for name in ("name", "unit", "role")}


class RefuseForm(VersionForm):
    note = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For the history; the person hears it from you by telephone."),
    )  # fmt: skip
