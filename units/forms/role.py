"""How a role is chosen: every one with what it means, the office's apart from the county's and the units'."""

from django import forms
from django.utils.translation import gettext_lazy as _

from units.models import Role
from units.models.person import UNIT_ROLES

MEANINGS = {
    Role.ADMINISTRATOR: _("Issues accounts and gives roles, takes in lists of units, keeps the settings."),
    Role.DIRECTOR: _(
        "Opens and closes the year, decides on results and honors, and reviews as a case officer does."
    ),
    Role.CASE_OFFICER: _("Reviews what the units hand in, scores, keeps the register."),
    Role.AUDITOR: _("Reads everything, the history included; changes nothing."),
    Role.INSPECTOR: _("Finds every unit, and goes there to look."),
    Role.COUNTY_LEADER: _("Reads what was handed in and the results; changes nothing."),
    Role.SUPERVISOR: _("Reads what the units below this department handed in."),
    Role.UNIT_LEADER: _("Reads the own unit's records, drafts included, and its score."),
    Role.LIAISON: _("Writes and hands in the own unit's plans and records."),
    Role.DEPUTY: _("Stands in for the liaison and may do the same."),
}
GROUPS = [
    (_("In a unit"), [Role.LIAISON, Role.DEPUTY, Role.UNIT_LEADER, Role.SUPERVISOR]),
    (_("In the office"), [Role.ADMINISTRATOR, Role.DIRECTOR, Role.CASE_OFFICER]),
    (_("For the whole county"), [Role.AUDITOR, Role.INSPECTOR, Role.COUNTY_LEADER]),
]


class RoleField(forms.ChoiceField):
    """One role out of those offered, in the order of the groups."""

    widget = forms.RadioSelect

    def __init__(self, roles=tuple(Role), **kwargs):
        self.groups = [(name, [role for role in group if role in roles]) for name, group in GROUPS]
        choices = [(role, role.label) for _name, group in self.groups for role in group]
        super().__init__(label=_("Role"), choices=choices, **kwargs)


class RoleRules:
    """A form with a role and a unit: the one asks for the other."""

    @property
    def role_groups(self):
        """[(heading, [(the radio button, what the role means)])], for the page."""
        buttons = {button.data["value"]: button for button in self["role"].subwidgets}
        return [
            (name, [(buttons[role.value], MEANINGS[role]) for role in group])
            for name, group in self.fields["role"].groups
            if group
        ]

    def clean(self):
        values = super().clean()
        role, unit = values.get("role"), values.get("unit")
        if role in UNIT_ROLES and not unit and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit for which the person has this role."))
        if role and role not in UNIT_ROLES and unit:
            self.add_error("unit", _("This role is for the whole county; choose no unit, or another role."))
        return values
