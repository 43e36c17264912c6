"""The register's lists as tables: which columns they have when they leave as files."""

from collections import defaultdict
from dataclasses import replace
from functools import partial

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.lib.exporting import Kind
from civportal.lib.listings import Column, Listing
from civportal.lib.masking import mask
from civportal.lib.names import spelled_names

from .models import AccountRequest, ImportBatch, ImportRow, OutgoingLetter, Role, Unit, UnitName
from .models.intake_kinds import kind_of
from .models.life import as_they_were
from .models.unit import NO_TOWN, tags_by_unit

YES_NO = {True: _("yes"), False: _("no")}
# The same in the words by which a list comes back, whatever the reader's language.
SAID = {True: "是", False: "否"}


def headcount(number, is_approximate):
    """A number, or the words that the import reads as one that is only about."""
    return f"约{number}" if is_approximate and number is not None else number


def withheld(_text):
    """Nothing: a blank cell says nothing when the list comes back."""
    return ""


def other_names(numbers, *, are_aliases):
    """A unit's number → its further names, or those it bore before, in the order in which they came."""
    found = defaultdict(list)
    names = UnitName.objects.filter(unit__in=numbers, is_alias=are_aliases).order_by("pk")
    for number, *name in names.values_list("unit", "name", "from_on", "to_on"):
        found[number].append(name)
    return {number: spelled_names(names) for number, names in found.items()}


def tags(numbers):
    """A unit's number → its tags as one types them."""
    return {number: "、".join(words) for number, words in tags_by_unit(numbers).items()}


def under(heading, extra):
    """What an older list said under that heading."""
    return extra.get(heading, "")


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
    Column("是否窗口单位", "has_window", width=12, words=SAID),
    Column("现有荣誉", "honors_text", width=30),
    Column("申报类别", "application_text", width=18),
    Column("结对共建", "pairing_text", width=18),
    Column("参创情况", "participation", width=12, words=dict(Unit.Participation.choices)),
    Column("情况说明", "participation_note", width=18),
    Column("新参创单位", "is_new_participant", width=12, words=SAID),
    Column("成立日期", "founded_on", Kind.DATE),
    Column("标签", "pk", width=18, look_up=tags),
    Column("其他名称", "pk", width=24, look_up=partial(other_names, are_aliases=True)),
    Column("曾用名", "pk", width=24, look_up=partial(other_names, are_aliases=False)),
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


def units(user, records, day=None):
    """The register as this person may take it, now or as it was on a day.

    `records` are the units that leave.
    """
    listing = complete(REGISTER, records) if user.has_perm("units.view_contacts") else SHOWN
    return replace(listing, prepare=partial(as_they_were, day=day), hint="") if day else listing


def complete(listing, records):
    """The list with everything that is needed for it to come back as it was.

    One more column for each heading that older lists brought along; and of units that lie in no town,
    although their names begin with that of one, it says so.
    """
    further = (
        Column(heading, "extra", width=18, show=partial(under, heading), guard=mask)
        for heading in records.further_headings()
    )
    towns = tuple(Unit.objects.towns().values_list("match_name", flat=True))
    town = {"source": ("town__name", "match_name"), "show": partial(town_or_none, towns)}
    columns = (replace(one, **town) if one.source == "town__name" else one for one in listing.columns)
    return replace(listing, columns=(*columns, *further))


def town_or_none(towns, town, match_name):
    """The town; a word for none where the name alone would speak of one."""
    return town or (NO_TOWN if match_name.startswith(towns) and match_name not in towns else "")


def roles_of(person):
    """The roles held now, each with its unit."""
    said = ((held.unit and held.unit.name, str(Role(held.role).label)) for held in person.held)
    return "；".join(" ".join(filter(None, words)) for words in said)


OUTBOX = Listing(
    _("Outbox"),
    (
        Column(_("To"), "to__name", width=14),
        Column(_("Subject"), "subject", width=40),
        Column(_("Status"), "status", width=14, words=dict(OutgoingLetter.Status.choices)),
        Column(_("Written"), "written_at", Kind.MOMENT),
        Column(_("Sent"), "sent_at", Kind.MOMENT),
        Column(_("Why it was not delivered"), "error", width=40),
    ),
)

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


WINDOWS = Listing(
    _("Service windows"),
    (
        Column(_("Window"), "name"),
        Column(_("Unit"), "unit__name", width=32),
        Column(_("Town"), "unit__town__name", width=14),
        Column(_("Where it is"), "place", width=32),
        Column(_("Opening hours"), "hours", width=28),
        Column(_("Staff"), "staff_count", Kind.NUMBER),
        Column(_("hot post"), "is_hot_post", width=10, words=YES_NO),
        Column(_("State"), lambda window: window.state[1], width=12),
        Column(_("closed since"), "closed_on", Kind.DATE),
    ),
)
REQUESTS = Listing(
    _("Requests for accounts"),
    (
        Column(_("Name"), "name", width=14),
        Column(_("Unit"), "unit_name", width=32),
        Column(_("Role"), "role", width=14, words=dict(Role.choices)),
        Column(_("Telephone"), "phone", Kind.CODE, width=16, guard=mask),
        Column(_("Asked"), "asked_at", Kind.MOMENT),
        Column(_("Status"), "status", width=12, words=dict(AccountRequest.Status.choices)),
    ),
)


def each(attribute):
    """Makes one text of what all letters of a unit's row say, in their order."""
    return lambda row: "；".join(str(getattr(letter, attribute) or "") for letter in row.letters)


def letters(year):
    """The tree of a year's letters, from the top down."""
    return Listing(
        gettext("Responsibility letters %(year)s") % {"year": year},
        (
            Column(_("Unit"), "name", width=32),
            Column(_("Supervised by"), "above__name", width=32),
            Column(_("owes one"), "owes", width=10, words=YES_NO),
            Column(_("signed"), "is_signed", width=10, words=YES_NO),
            Column(_("Signed on"), each("signed_on"), width=14),
            Column(_("With"), each("upper"), width=32),
            Column(_("Signatories"), each("upper_signatory"), width=14),
            Column(_("Signatories"), each("lower_signatory"), width=14),
        ),
    )


def changes_of(line):
    return "；".join(f"{label}：{old} → {new}" for label, old, new in line.changes)


# Its lines are `history.Line`, as far as the reader may know what they are about.
TRAIL = Listing(
    _("Trail"),
    (
        Column(_("When"), "event__at", Kind.MOMENT),
        Column(_("Who"), "event__by__name", width=14),
        Column(_("Account"), "event__by__username", Kind.CODE),
        Column(_("What"), "event__verb_label", width=18),
        Column(_("Kind of record"), "kind", width=14),
        Column(_("About"), "about", width=32),
        Column(_("Old → new"), changes_of, width=40),
        Column(_("Note"), "note", width=32),
    ),
)


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
