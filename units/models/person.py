"""People and what they are to the portal."""

from collections import defaultdict

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from rules import has_perm

from civportal.lib.clock import now
from civportal.lib.search import Known, Sound

from .finding import Findable, FindableQuerySet, Naming, NamingQuerySet
from .life import Succession
from .unit import Unit

SYSTEM = "system"


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("administrator")
    DIRECTOR = "director", _("office director")
    CASE_OFFICER = "case_officer", _("case officer")
    AUDITOR = "auditor", _("auditor")
    INSPECTOR = "inspector", _("inspector")
    COUNTY_LEADER = "county_leader", _("county leader")
    SUPERVISOR = "supervisor", _("supervising department")
    UNIT_LEADER = "unit_leader", _("unit leader")
    LIAISON = "liaison", _("unit liaison")
    DEPUTY = "deputy", _("deputy liaison")


# Who works in the office; who reads all that was handed in; who reads the register of units.
OFFICE_ROLES = {Role.ADMINISTRATOR, Role.DIRECTOR, Role.CASE_OFFICER}
READING_ROLES = OFFICE_ROLES | {Role.AUDITOR, Role.COUNTY_LEADER}
REGISTER_ROLES = READING_ROLES | {Role.INSPECTOR}
# Whose role is for one unit: who belongs to it, who of them writes for it, who stands above it.
WRITING_ROLES = {Role.LIAISON, Role.DEPUTY}
OWN_ROLES = WRITING_ROLES | {Role.UNIT_LEADER}
UNIT_ROLES = OWN_ROLES | {Role.SUPERVISOR}
# Whose first page somebody with several roles gets: who works in the office works there; then
# comes the place one works for just now; then what is read for the whole county.
FIRST_IN_OFFICE = (Role.DIRECTOR, Role.CASE_OFFICER, Role.ADMINISTRATOR)
FIRST_AT_WORKPLACE = (Role.LIAISON, Role.DEPUTY, Role.UNIT_LEADER, Role.SUPERVISOR)
FIRST_ELSEWHERE = (Role.AUDITOR, Role.COUNTY_LEADER, Role.INSPECTOR)


class Cadence(models.TextChoices):
    """How often somebody is written to; duties can be gathered, not silenced."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week, on Monday")


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        """A person with a login; without a password nobody can sign in as them yet."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        """The first administrator, made from a terminal."""
        user = self.create_user(username, password, **fields)
        Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
        return user

    def system(self):
        """The named user as whom scripts act, so that the trail never has a gap."""
        user, _created = self.get_or_create(username=SYSTEM, defaults={"name": "系统", "is_active": False})
        return user


class UserQuerySet(FindableQuerySet):
    def office(self):
        return self.holding(OFFICE_ROLES).filter(is_active=True)

    def reviewers(self):
        """Who judges for the office."""
        return self.holding({Role.CASE_OFFICER, Role.DIRECTOR}).filter(is_active=True)

    def liaisons_of(self, unit):
        """Who writes for the unit: its liaisons and their deputies."""
        return self.holding(WRITING_ROLES, unit=unit).filter(is_active=True)

    def writing_for(self, units):
        """Who writes for any of these units, given as a query of their numbers."""
        return self.holding(WRITING_ROLES, unit__in=units).filter(is_active=True)

    def standing_above(self, unit):
        """Who works in a department above the unit, however far, and not for the unit itself."""
        above_it = self.holding({Role.SUPERVISOR}, unit__in=above(unit)).filter(is_active=True)
        return above_it.exclude(pk__in=self.model.objects.holding(OWN_ROLES, unit=unit).values("pk"))

    def holding(self, roles, **of):
        """People who hold one of the roles now; `unit=` narrows to those who hold it there."""
        return self.filter(pk__in=Membership.objects.current().filter(role__in=roles, **of).values("user"))

    def people(self):
        """Everybody except the system itself."""
        return self.exclude(username=SYSTEM)

    def visible_to(self, user):
        """Those who run the office and its auditor know everybody; others know themselves."""
        if user.has_role(Role.ADMINISTRATOR, Role.DIRECTOR, Role.AUDITOR):
            return self.people()
        return self.filter(pk=user.pk)

    def blocked(self):
        return self.filter(is_active=False)

    def waiting(self):
        """Accounts whose one-time password has not been replaced yet."""
        return self.filter(is_active=True, must_set_password=True)

    def with_second_factor(self):
        """Each with `has_second_factor` at hand, so that every page can ask without a query of its own."""
        devices = TOTPDevice.objects.filter(user=models.OuterRef("pk"), confirmed=True)
        return self.annotate(has_second_factor=models.Exists(devices))

    def expired(self):
        """Accounts whose one-time password has run out before it was used; they need a new one."""
        return self.waiting().filter(one_time_until__lte=now())

    def for_listing(self, moment=None):
        """Everything the list of people shows, in two queries; the office's own people come first.

        With a moment, the roles are those held then.
        """
        held = Membership.objects.held(moment).select_related("unit")
        return (
            self.prefetch_related(models.Prefetch("memberships", held, to_attr="held"))
            .annotate(
                place=models.Min(
                    "memberships__unit__sort_order", filter=Q(memberships__ended_at__isnull=True)
                )
            )
            .order_by(models.F("place").asc(nulls_first=True), "pk")
        )


def held_now():
    """What reads the roles that people hold now, each with its unit, as `held`."""
    return models.Prefetch("memberships", Membership.objects.current().select_related("unit"), "held")


class User(Findable, AbstractBaseUser):
    """A person with an account, issued by the office.

    What a person may do follows from the roles held, by the policies; there are no groups and no
    permissions stored beside them.
    """

    VERBS = {
        "issue_account": _("account issued"),
        "set_password": _("password set"),
        "reset_password": _("one-time password issued"),
        "block": _("account blocked"),
        "unblock": _("account unblocked"),
        "give_role": _("role given"),
        "take_role": _("role ended"),
        "hand_over": _("handed over"),
        "set_up_second_factor": _("second factor set up"),
        "switch_off_second_factor": _("second factor switched off"),
        "reset_second_factor": _("second factor taken away"),
        "renew_backup_codes": _("new backup codes"),
        "end_sessions": _("signed out elsewhere"),
        "take_over": _("taken over"),
        "choose_letters": _("letters by e-mail chosen"),
    }
    FIND_FIELDS = frozenset({"name", "username"})
    FOUND_THROUGH = {"units.Unit": "memberships__unit"}
    FOUND_ORDER = ("pk",)

    username = models.CharField(_("account"), max_length=60, unique=True)
    name = models.CharField(_("full name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    cadence = models.CharField(_("letters by e-mail"), max_length=10, choices=Cadence, default=Cadence.DAILY)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # Issued with a one-time password: the first sign-in leads to choosing one's own.
    must_set_password = models.BooleanField(_("must set a password"), default=False)
    # From then on the one-time password opens nothing; empty once there is an own one.
    one_time_until = models.DateTimeField(_("one-time password valid until"), null=True, blank=True)
    joined_at = models.DateTimeField(_("issued"), default=now)

    objects = UserManager.from_queryset(UserQuerySet)()

    # The unit for which somebody who serves several works just now; a middleware sets it.
    chosen_unit_id = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    def own_texts(self):
        """The name and how it sounds, and the account."""
        return [Known(self.name, sound=Sound.FULL), Known(self.username, _("account"))]

    def found_with(self):
        """The units in which roles are held now."""
        return [held.unit for held in self.held if held.unit_id]

    @classmethod
    def find_prefetch(cls):
        return (held_now(), "held__unit__names", "held__unit__pasts")

    @classmethod
    def find_rows(cls):
        return super().find_rows().only("name", "username")

    def get_absolute_url(self):
        return reverse("units:person", args=[self.pk])

    def has_perm(self, permission, record=None):
        """Ask the policies; a blocked account may do nothing."""
        return self.is_active and has_perm(permission, self, record)

    def has_module_perms(self, app_label):
        """The Django admin shows its apps to those who may open it."""
        return self.is_staff

    @cached_property
    def roles(self):
        """The roles held now, read once per request; each knows whether its unit came from another one."""
        return list(self.memberships.current().with_past()) if self.pk else []

    def has_role(self, *roles):
        return any(membership.role in roles for membership in self.roles)

    @property
    def is_system(self):
        """Whether it is the named user as whom scripts act."""
        return self.username == SYSTEM

    @property
    def is_office(self):
        """Whether the person works in the office."""
        return self.has_role(*OFFICE_ROLES)

    @property
    def reads_all(self):
        """Whether the person may read whatever units handed in: the office, its auditor, a county leader."""
        return self.has_role(*READING_ROLES)

    @property
    def reads_register(self):
        """Whether the person may read every unit's page; an inspector has to find the place."""
        return self.has_role(*REGISTER_ROLES)

    @property
    def is_staff(self):
        """Who may open the Django admin."""
        return self.is_active and self.has_role(Role.ADMINISTRATOR)

    @cached_property
    def has_second_factor(self):
        """Whether the person signs in with a code besides the password."""
        return self.totpdevice_set.filter(confirmed=True).exists()

    @property
    def must_have_second_factor(self):
        """Whether the office demands it: of its own people and of the auditor, who read everything."""
        return settings.TOTP_FOR_OFFICE and self.has_role(*OFFICE_ROLES, Role.AUDITOR)

    def units_as(self, roles):
        """Numbers of the units for which the person holds one of the roles."""
        return [held.unit_id for held in self.roles if held.role in roles]

    @property
    def unit_ids(self):
        """The units this person belongs to: as leader, liaison or deputy."""
        return self.units_as(OWN_ROLES)

    @cached_property
    def seen_ids(self):
        """The units whose records this person may read, without reading everybody's.

        The own ones, those they came from by merger or split, and for a supervising department
        its own and the whole tree below it; read once per request.
        """
        return {*self.unit_ids} | before(self.ids_with_past) | self.supervised_ids

    @property
    def ids_with_past(self):
        """The own units that came from others."""
        return {held.unit_id for held in self.roles if held.role in OWN_ROLES and held.has_past}

    @cached_property
    def supervised_ids(self):
        """The units this person's department supervises, itself and the whole tree below it."""
        return below(set(self.units_as({Role.SUPERVISOR})))

    @cached_property
    def below_ids(self):
        """The units below the person's department without those for which the person works."""
        return self.supervised_ids - {*self.units_as({Role.SUPERVISOR}), *self.unit_ids}

    @property
    def sees_several(self):
        """Whether lists hold records of more than one unit, so that each has to name its own."""
        return self.reads_all or len(self.seen_ids) > 1

    @property
    def workplaces(self):
        """The units this person belongs to or supervises, each once."""
        return list({held.unit_id: held.unit for held in self.roles if held.unit_id}.values())

    @property
    def workplace(self):
        """The unit for which the person works just now, or None for people without a unit.

        Whoever serves several chooses; `chosen_unit_id` is what the session remembers.
        """
        places = self.workplaces
        chosen = (place for place in places if place.pk == self.chosen_unit_id)
        return next(chosen, places[0] if places else None)

    @property
    def code_has_expired(self):
        """Whether the one-time password has run out before the person chose an own one."""
        return self.must_set_password and self.one_time_until is not None and self.one_time_until <= now()

    @property
    def first_role(self):
        """The role whose first page the person gets; None for an account without a role."""
        there = [held.role for held in self.roles if self.workplace and held.unit_id == self.workplace.pk]
        order = (
            *((role, self.has_role(role)) for role in FIRST_IN_OFFICE),
            *((role, role in there) for role in FIRST_AT_WORKPLACE),
            *((role, self.has_role(role)) for role in FIRST_ELSEWHERE),
        )
        return next((role for role, is_held in order if is_held), None)

    @property
    def account_state(self):
        """Blocked, not made one's own yet, or in use: (tone, word)."""
        if not self.is_active:
            return "bad", _("blocked")
        if self.code_has_expired:
            return "warn", _("one-time password expired")
        return ("info", _("one-time password")) if self.must_set_password else ("good", _("in use"))

    def works_for(self, unit):
        return unit.pk in self.unit_ids

    def writes_for(self, unit):
        """Whether the person enters records for the unit: its liaison or deputy."""
        return unit.pk in self.units_as(WRITING_ROLES)

    def supervises(self, unit):
        """Whether the unit stands in the tree of the person's department."""
        return unit.pk in self.supervised_ids

    def stands_above(self, unit):
        """Whether the unit is below the person's department, and none for which the person works."""
        return unit.pk in self.below_ids

    def is_party_to(self, unit):
        """Whether the unit is the person's own, a predecessor of it, or in the own tree.

        Who is party to a unit reads what it handed in, and judges nothing there.
        """
        return unit.pk in self.seen_ids

    def sees(self, unit):
        """Whether the person may know what this unit handed in."""
        return self.reads_all or unit.pk in self.seen_ids


def with_roles(people):
    """The people, each knowing the roles held and the units seen, in the same statements for all of them."""
    people = list(people)
    held = defaultdict(list)
    for one in Membership.objects.current().with_past().filter(user__in=people).order_by("pk"):
        held[one.user_id].append(one)
    for person in people:
        person.roles = held[person.pk]
    came_from = links_before({unit for person in people for unit in person.ids_with_past})
    stands_over = links_below({unit for person in people for unit in person.units_as({Role.SUPERVISOR})})
    for person in people:
        supervised = set(person.units_as({Role.SUPERVISOR}))
        person.supervised_ids = supervised | reached(supervised, stands_over)
        person.seen_ids = (
            {*person.unit_ids} | reached(person.ids_with_past, came_from) | person.supervised_ids
        )
    return people


def reached(units, links):
    """Numbers of all units to which these links lead from these units, however many steps away."""
    found, asked = set(), set(units)
    while asked:
        asked = set().union(*(links.get(unit, ()) for unit in asked)) - found
        found |= asked
    return found


def links_from(units, pairs):
    """Number → the numbers one step on, for these units and all that is reached from them.

    `pairs` asks for (unit, next one) of many units at once; it is asked once for every step.
    """
    links, asked = defaultdict(set), set(units)
    while asked:
        rows = list(pairs(asked))
        for unit, following in rows:
            links[unit].add(following)
        asked = {following for _unit, following in rows} - set(links)
    return links


def links_before(units):
    """Number → the units that it came from."""
    return links_from(
        units, lambda asked: Succession.objects.filter(after__in=asked).values_list("after", "before")
    )


def links_below(units):
    """Number → the units that stand right below it."""
    return links_from(
        units, lambda asked: Unit.objects.filter(supervisor__in=asked).values_list("supervisor", "pk")
    )


def before(units):
    """Numbers of the units these came from, however many mergers and splits ago."""
    found, asked = set(), set(units)
    while asked:
        asked = set(Succession.objects.filter(after__in=asked).values_list("before", flat=True)) - found
        found |= asked
    return found


def after(units):
    """Numbers of the units that came from these, however many mergers and splits later."""
    found, asked = set(), set(units)
    while asked:
        asked = set(Succession.objects.filter(before__in=asked).values_list("after", flat=True)) - found
        found |= asked
    return found


def below(units):
    """Numbers of these units and of all that stand below them."""
    found, asked = set(units), set(units)
    while asked:
        asked = set(Unit.objects.filter(supervisor__in=asked).values_list("pk", flat=True)) - found
        found |= asked
    return found


def above(unit):
    """Numbers of the units that stand above this one, the nearest first."""
    found, upper = [], unit.supervisor_id
    while upper and upper not in found:
        found.append(upper)
        upper = Unit.objects.values_list("supervisor", flat=True).get(pk=upper)
    return found


class MembershipQuerySet(NamingQuerySet):
    def current(self):
        """Roles that are held now."""
        return self.filter(ended_at__isnull=True)

    def with_past(self):
        """Each role with its unit, knowing whether that came from another one."""
        came_from_others = Exists(Succession.objects.filter(after=OuterRef("unit")))
        return self.select_related("unit").annotate(has_past=came_from_others)

    def former(self):
        """Roles that have ended, the newest first."""
        return self.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")

    def as_at(self, moment):
        """Roles that were held at that moment."""
        ended = Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
        return self.filter(ended, began_at__lte=moment)

    def held(self, moment=None):
        """Roles that were held at that moment, or are held now."""
        return self.current() if moment is None else self.as_at(moment)

    def writers_of(self, units):
        """Number of a unit → who writes for it, each person once, in one statement for all units."""
        held = self.current().filter(role__in=WRITING_ROLES, unit__in=units, user__is_active=True)
        found = defaultdict(dict)
        for one in held.select_related("user").order_by("pk"):
            found[one.unit_id][one.user_id] = one.user
        return {unit: list(people.values()) for unit, people in found.items()}


class Membership(Naming):
    """A person in a role, for one unit or for the office."""

    # A person is found by the unit, too.
    NAMES = "user"

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        "units.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("unit"),
    )

    began_at = models.DateTimeField(_("since"), default=now)
    # A role that ended stays on record: who was whose liaison can be asked for any day.
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(ended_at__isnull=True),
                name="membership_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(unit__isnull=True, ended_at__isnull=True),
                name="membership_once_in_the_office",
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(UNIT_ROLES), unit__isnull=False)
                | (~Q(role__in=sorted(UNIT_ROLES)) & Q(unit__isnull=True)),
                name="roles_for_a_unit_have_one",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
                name="role_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} · {self.unit}" if self.unit_id else self.get_role_display()
