"""Checks of the register: who takes part, who answers for it, what is known of it."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import UnitYear
from units.models import Membership, Unit, Window
from units.models.person import WRITING_ROLES

from .checks import Severity, Way, check
from .subjects import UNIT_YEARS, UNITS


def enrolled(cycle):
    """Whether the unit of the outer query is in the year."""
    return Exists(UnitYear.objects.filter(cycle=cycle, unit=OuterRef("pk")))


def taking_part(cycle):
    return Unit.objects.participating().filter(enrolled(cycle))


def writers(**of):
    """Who writes for the unit of the outer query and may sign in."""
    held = Membership.objects.current().filter(role__in=WRITING_ROLES, unit=OuterRef("pk"))
    return Exists(held.filter(user__is_active=True, **of))


def ranked(cycle):
    """The years of the units that get a place in the ranking."""
    return UnitYear.objects.filter(cycle=cycle, unit__participation=Unit.Participation.PARTICIPATING)


def has_open_window():
    return Exists(Window.objects.open().filter(unit=OuterRef("unit")))


def where_enrolled(unit, user):
    """Units are enrolled on the page of the year that is worked in."""
    return reverse("assessments:cycles")


def where_edited(unit, user):
    """The register is corrected by the office; everybody else is shown the unit."""
    if user.has_perm("units.edit_unit", unit):
        return reverse("units:unit_edit", args=[unit.pk])
    return unit.get_absolute_url()


def where_accounts_are(unit, user):
    """Accounts are issued by the administrator; everybody else is shown the unit."""
    if user.has_perm("units.issue_account"):
        return reverse("units:account_new")
    return unit.get_absolute_url()


def where_traits_are_set(unit_year, user):
    """Window and pairing are set on the score sheet."""
    with_sheet = hasattr(unit_year, "sheet")
    return unit_year.sheet.get_absolute_url() if with_sheet else unit_year.unit.get_absolute_url()


@check(
    Severity.GRAVE,
    UNITS,
    way=Way.REGISTER,
    title=_("Units that take part and are not in the year"),
    why=_("They owe nothing, hand in nothing that counts and get no place in the ranking."),
    remedy=_("Enroll them on the year's page, or correct in the register whether they take part."),
    place=where_enrolled,
)
def unit_not_enrolled(cycle):
    return Unit.objects.participating().filter(~enrolled(cycle))


@check(
    Severity.LOOK,
    UNIT_YEARS,
    way=Way.REGISTER,
    title=_("Units of the year that no longer take part"),
    why=_("They have a score sheet and get no place in the ranking."),
    remedy=_(
        "Look whether the register is right; a unit that has left is not ranked, and nothing else follows."
    ),
)
def unit_left_the_year(cycle):
    return UnitYear.objects.filter(cycle=cycle).exclude(unit__participation=Unit.Participation.PARTICIPATING)


@check(
    Severity.LOOK,
    UNITS,
    way=Way.REGISTER,
    title=_("Units without a liaison"),
    why=_("Nobody can hand in for them, and no message reaches them."),
    remedy=_("Issue an account to the person the unit names, or give the role to somebody who has one."),
    note=_("Name a liaison to the office; an account is issued at once."),
    place=where_accounts_are,
)
def unit_without_liaison(cycle):
    return taking_part(cycle).filter(~writers())


@check(
    Severity.LOOK,
    UNITS,
    way=Way.REMIND,
    title=_("Units whose liaison has never signed in"),
    why=_("What is asked of them has not been read by anybody there."),
    remedy=_("Call the unit; hand out a new one-time password where the old one has run out."),
    note=_("The liaison has not used the account yet; ask the office for a new one-time password."),
)
def liaison_never_signed_in(cycle):
    asked = taking_part(cycle).filter(writers(user__must_set_password=True))
    return asked.filter(~writers(user__must_set_password=False))


@check(
    Severity.LOOK,
    UNITS,
    way=Way.REGISTER,
    title=_("Units without a leader in charge"),
    why=_("Nobody in the unit answers for the work, and reminders to leaders do not arrive."),
    remedy=_("Enter the leader in charge in the register."),
    note=_("Tell the office which leader is in charge of the creation work."),
    place=where_edited,
)
def unit_without_leader(cycle):
    return taking_part(cycle).filter(leader_in_charge="")


@check(
    Severity.LOOK,
    UNITS,
    way=Way.REGISTER,
    title=_("Units without a kind"),
    why=_("Rankings group by kind; these stand in a group of their own."),
    remedy=_("Enter the category in the register."),
    place=where_edited,
)
def unit_without_kind(cycle):
    return taking_part(cycle).filter(category__isnull=True)


@check(
    Severity.NOTE,
    UNITS,
    way=Way.REGISTER,
    title=_("Units with neither town nor supervising unit"),
    why=_("No department sees them, and no list by town or department names them."),
    remedy=_("Enter the supervising unit or the town in the register."),
    note=_("Tell the office under which department or town the unit stands."),
    place=where_edited,
)
def unit_without_place(cycle):
    alone = taking_part(cycle).filter(town__isnull=True, supervisor__isnull=True)
    return alone.exclude(category__code="town")


@check(
    Severity.NOTE,
    UNITS,
    way=Way.REGISTER,
    title=_("Units that share contact and telephone number"),
    why=_("It may be one unit entered twice, or one person who serves several."),
    remedy=_("Look whether it is one unit; if so, merge them, else leave it."),
    is_inside=True,
)
def unit_with_shared_contact(cycle):
    same = Unit.objects.existing().filter(contact=OuterRef("contact"), mobile=OuterRef("mobile"))
    known = taking_part(cycle).exclude(contact="").exclude(mobile="")
    return known.filter(Exists(same.exclude(pk=OuterRef("pk"))))


@check(
    Severity.LOOK,
    UNIT_YEARS,
    way=Way.SHEET,
    title=_("Units with an open window whose year says they have none"),
    why=_("The window indicators do not count for them."),
    remedy=_("Set on the score sheet that the unit has a window, or close the window in the register."),
    note=_("If the unit has given up its window, close it in the register; else the office counts it."),
    place=where_traits_are_set,
)
def window_not_counted(cycle):
    return ranked(cycle).filter(has_open_window(), has_window=False)


@check(
    Severity.NOTE,
    UNIT_YEARS,
    way=Way.REMIND,
    title=_("Units whose year says they have a window and who registered none"),
    why=_("The window indicators count for them, and the public finds no window."),
    remedy=_("Ask the unit to register its windows, or set on the score sheet that it has none."),
    note=_("Register the service windows of the unit, or tell the office that it has none."),
)
def window_not_registered(cycle):
    return ranked(cycle).filter(~has_open_window(), has_window=True)
