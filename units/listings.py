"""The register's lists as tables: which columns they have when they leave as files."""

from dataclasses import replace
from functools import partial

from django.utils.translation import gettext_lazy as _

from civportal.lib.exporting import Kind
from civportal.lib.listings import Column, Listing
from civportal.lib.masking import mask

from .models import ImportBatch, ImportRow, Role, Unit
from .models.intake_kinds import kind_of
from .models.life import as_they_were


def headcount(number, is_approximate):
    """A number, or the words that the import reads as one that is only about."""
    return f"约{number}" if is_approximate and number is not None else number


def withheld(_text):
    """Nothing: a blank cell says nothing when the list comes back."""
    return ""


# Headings are those by which a list is recognized when it comes back, whatever the reader's language.
FOR_ALL = (
    Column("单位名称", "name", width=32),
    Column("统一社会信用代码", "uscc", Kind.CODE),
    Column("单位类别", "category__name", width=14),
    Column("主管部门", "supervisor__name"),
    Column("所在镇", "town__name", width=14),
    Column("地址", "address", width=28),
    Column("在职人数", ("staff_count", "staff_count_is_approximate"), Kind.NUMBER, show=headcount),
    Column("主要负责人", "top_leader", width=12),
    Column("分管领导", "leader_in_charge", width=12),
    Column("联系人", "contact", width=12),
    Column("手机", "mobile", Kind.CODE, width=16, guard=mask),
    Column("办公电话", "tel", Kind.CODE, width=16, guard=mask),
    Column("是否窗口单位", "has_window", width=12, words={True: "是", False: "否"}),
    Column("现有荣誉", "honors_text", width=30),
    Column("申报类别", "application_text", width=18),
    Column("结对共建", "pairing_text", width=18),
    Column("参创情况", "participation", width=12, words=dict(Unit.Participation.choices)),
    Column("情况说明", "participation_note", width=18),
)
FOR_OFFICE = (
    Column("邮箱", "email", Kind.CODE, guard=withheld),
    Column("备注", "remark", width=30, guard=mask),
)
REGISTER = Listing(
    _("Register of units"),
    FOR_ALL + FOR_OFFICE,
    hint=_("Change it and import it again: every difference is shown before anything is written."),
)
SHOWN = replace(REGISTER, columns=FOR_ALL, hint="")


def units(user, day=None):
    """The register as this person may take it, now or as it was on a day."""
    listing = REGISTER if user.has_perm("units.view_contacts") else SHOWN
    return replace(listing, prepare=partial(as_they_were, day=day), hint="") if day else listing


def roles_of(person):
    """The roles held now, each with its unit."""
    said = ((held.unit and held.unit.name, str(Role(held.role).label)) for held in person.held)
    return "；".join(" ".join(filter(None, words)) for words in said)


PEOPLE = Listing(
    _("People and accounts"),
    (
        Column(_("Name"), "name", width=14),
        Column(_("Account"), "username", Kind.CODE),
        Column(_("Roles"), roles_of, width=48),
        Column(_("Last sign-in"), "last_login", Kind.MOMENT),
        Column(_("State"), lambda person: person.account_state[1], width=18),
    ),
)


def in_names_of(day, people):
    """The same people, their units under the names they bore on the day."""
    as_they_were([held.unit for person in people for held in person.held if held.unit], day)
    return people


def people(day=None):
    """Who works with the portal: now, or at the end of a day."""
    return replace(PEOPLE, prepare=partial(in_names_of, day)) if day else PEOPLE


def tallied(verdict):
    return lambda tally: tally.get(verdict, 0)


IMPORTS = Listing(
    _("Lists taken in"),
    (
        Column(_("File"), "file_name", width=40),
        Column(_("What is listed"), "kind", width=14, show=lambda code: str(kind_of(code).label)),
        Column(_("State"), "status", width=12, words=dict(ImportBatch.Status.choices)),
        Column(_("New"), "tally", Kind.NUMBER, show=tallied("new")),
        Column(_("Updated"), "tally", Kind.NUMBER, show=tallied("update")),
        Column(
            _("Left out"),
            "tally",
            Kind.NUMBER,
            show=lambda tally: sum(tally.get(verdict, 0) for verdict in ImportRow.LEFT_OUT),
        ),
        Column(_("Who"), "by__name", width=14),
        Column(_("When"), "at", Kind.MOMENT),
    ),
)
