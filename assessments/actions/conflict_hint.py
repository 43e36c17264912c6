"""Likely conflicts of interest that nobody declared: two that the register puts side by side, and why.

A rule points something out for a person to look at; it accuses nobody and changes nothing.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Conflict, ConflictHint
from assessments.models.conflict import JUDGES, recusal
from civportal.lib.persons import bare_name, names_in, parted, share_generation
from units.models import AccountRequest, Membership, Organization, Unit, UnitPast, User
from units.models.account_request import digits
from units.models.person import OWN_ROLES, UNIT_ROLES

# How strongly a rule speaks: of several found for the two, the list is ordered by the strongest.
RULES = {
    "former_role": gettext_lazy("held a role there before"),
    "former_post": gettext_lazy("the same name held a post there before"),
    "same_phone": gettext_lazy("the same telephone number"),
    "same_email": gettext_lazy("the same e-mail address"),
    "same_name": gettext_lazy("the same name as somebody there"),
    "same_domain": gettext_lazy("an e-mail address of the same house"),
    "like_name": gettext_lazy("surname and part of the given name like somebody's there"),
}
STRENGTH = {rule: place for place, rule in enumerate(RULES)}
FAMILY_RULES = {"like_name", "same_phone"}
FORMER_RULES = {"former_role", "former_post"}
# Where a unit's people are named, and what each of them is called there.
POSTS = ("top_leader", "leader_in_charge", "contact")
# Providers that serve everybody: a domain of theirs says nothing.
PUBLIC_DOMAINS = {
    "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com", "sina.cn", "sohu.com",
    "139.com", "189.cn", "aliyun.com", "outlook.com", "hotmail.com", "gmail.com", "icloud.com",
}  # fmt: skip
# A domain that more units share is a house for many, such as the county's government.
UNITS_OF_A_HOUSE = 3


@dataclass
class Hint:
    """A person and a unit that are worth a look, with a sentence for each rule that found them."""

    person: User
    unit: Unit
    reasons: list = field(default_factory=list)

    @property
    def rules(self):
        return list(dict.fromkeys(rule for rule, _sentence in self.reasons))

    @property
    def sentences(self):
        return list(dict.fromkeys(sentence for _rule, sentence in self.reasons))

    @property
    def ground(self):
        """What it would be if it is one."""
        found = set(self.rules)
        if found & FORMER_RULES:
            return Conflict.Ground.FORMER
        return Conflict.Ground.FAMILY if found & FAMILY_RULES else Conflict.Ground.OTHER


def hints(person=None, unit=None):
    """Every likely conflict of those who judge, the strongest first; of one person or unit if asked.

    Left out is what is a conflict already, what was lifted, and what was found to be none.
    """
    people = judging(person)
    found = defaultdict(lambda: defaultdict(list))
    for rule in FINDERS:
        for somebody, number, code, sentence in rule(people, units_of(unit)):
            found[somebody.pk][number].append((code, sentence))
    open_ones = left(people, found)
    units = Unit.objects.in_bulk({number for _person, number in open_ones})
    by_pk = {one.pk: one for one in people}
    listed = [Hint(by_pk[pk], units[number], reasons) for (pk, number), reasons in open_ones.items()]
    return sorted(listed, key=order)


def order(hint):
    strongest = min(STRENGTH[rule] for rule in hint.rules)
    return strongest, hint.person.pk, hint.unit.sort_order, hint.unit.pk


def judging(person):
    people = User.objects.holding(JUDGES).filter(is_active=True).order_by("pk")
    return list(people.filter(pk=person.pk) if person else people)


def units_of(unit):
    units = Unit.objects.existing()
    return units.filter(pk=unit.pk) if unit else units


def left(people, found):
    """(person, unit) → reasons, of what is neither settled nor a conflict by itself."""
    declared = set(Conflict.objects.filter(person__in=people).values_list("person", "unit"))
    ruled_out = set(ConflictHint.objects.filter(person__in=people).values_list("person", "unit", "rule"))
    open_ones = {}
    for person in people:
        own = recusal(person).units if found[person.pk] else ()
        for number, reasons in found[person.pk].items():
            fresh = [one for one in reasons if (person.pk, number, one[0]) not in ruled_out]
            if fresh and number not in own and (person.pk, number) not in declared:
                open_ones[person.pk, number] = fresh
    return open_ones


# ── the rules: each yields (person, unit's number, code, sentence) ───────────────────────────────


def by_former_role(people, units):
    """A role there that ended so long ago that it is no conflict by itself any more."""
    by_pk = {person.pk: person for person in people}
    ended = Membership.objects.former().filter(user__in=people, role__in=UNIT_ROLES, unit__in=units)
    for held in ended.select_related("unit"):
        said = {"role": held.get_role_display(), "year": held.ended_at.year}
        yield by_pk[held.user_id], held.unit_id, "former_role", _("Was %(role)s there until %(year)s.") % said


def by_former_post(people, units):
    """Somebody of the same name led the unit before."""
    named = by_name(people)
    held = Q(top_leader__in=named) | Q(leader_in_charge__in=named)
    for past in UnitPast.objects.filter(held, unit__in=units):
        for post in ("top_leader", "leader_in_charge"):
            for person in named.get(getattr(past, post), ()):
                said = {"post": label_of(post), "name": person.name, "day": past.until_on}
                text = _("The %(post)s until %(day)s was called %(name)s.") % said
                yield person, past.unit_id, "former_post", text


def by_name(people):
    found = defaultdict(list)
    for person in people:
        found[bare_name(person.name)].append(person)
    return dict(found)


def label_of(post):
    return Unit._meta.get_field(post).verbose_name


def by_names(people, units):
    """The unit's leaders, contacts and liaisons: called the same, or perhaps a relative."""
    surnames = {parts[0] for person in people if (parts := parted(person.name))}
    for number, post, name in named_there(units, surnames):
        for person in people:
            if bare_name(person.name) == name:
                text = _("The %(post)s is called %(name)s, too.") % {"post": post, "name": name}
                yield person, number, "same_name", text
            elif share_generation(person.name, name):
                text = _("The %(post)s is called %(name)s: the same surname, and one character alike.")
                yield person, number, "like_name", text % {"post": post, "name": name}


def named_there(units, surnames):
    """(unit's number, post, name) of everybody whom the register names with one of these surnames."""
    for number, *texts in rows_with(units, surnames, POSTS):
        for post, text in zip(POSTS, texts, strict=True):
            yield from ((number, label_of(post), name) for name in names_in(text))
    offices = Organization.objects.filter(unit__in=units)
    for number, text in rows_with(offices, surnames, ("office_contact",), "unit"):
        yield from ((number, _("contact of the creation office"), name) for name in names_in(text))
    accounts = Membership.objects.current().filter(role__in=OWN_ROLES, unit__in=units)
    for held in accounts.filter(holding_any(surnames, ("user__name",))).select_related("user"):
        yield held.unit_id, held.get_role_display(), bare_name(held.user.name)


def rows_with(rows, surnames, fields, number="pk"):
    return rows.filter(holding_any(surnames, fields)).order_by().values_list(number, *fields)


def holding_any(texts, fields):
    """The condition that one of the fields holds one of the texts; never, without texts."""
    condition = Q(pk__in=[])
    for name in fields:
        for text in sorted(texts):
            condition |= Q(**{f"{name}__contains": text})
    return condition


def by_phone(people, units):
    """The number given when the account was asked for is one of the unit's."""
    asked = AccountRequest.objects.filter(person__in=people).values_list("person", "match_phone")
    numbers = {person: phone for person, phone in asked if phone}
    tails = {phone[-4:] for phone in numbers.values()}
    by_pk = {person.pk: person for person in people}
    for number, mobile, tel in rows_with(units, tails, ("mobile", "tel")):
        there = {digits(part) for text in (mobile, tel) for part in names_in(text)}
        for person, phone in numbers.items():
            if phone in there:
                yield (
                    by_pk[person],
                    number,
                    "same_phone",
                    _("A telephone number of the unit is the person's."),
                )


def by_email(people, units):
    """The unit's address is the person's, or of the same house."""
    addresses = {person.email.lower(): person for person in people if person.email}
    domains = {address.rpartition("@")[2] for address in addresses} - PUBLIC_DOMAINS
    houses = small_houses(domains)
    written = units.annotate(address_there=Lower("email")).order_by()
    asked = Q(address_there__in=addresses) | holding_any({f"@{house}" for house in houses}, ["address_there"])
    for number, there in written.filter(asked).values_list("pk", "address_there"):
        for address, person in addresses.items():
            domain = address.rpartition("@")[2]
            if address == there:
                yield person, number, "same_email", _("The unit's e-mail address is the person's.")
            elif domain in houses and there.endswith(f"@{domain}"):
                text = _("The unit's e-mail address ends in %(domain)s like the person's.") % {
                    "domain": domain
                }
                yield person, number, "same_domain", text


def small_houses(domains):
    """Those of the domains that only a few units use."""
    if not domains:
        return set()
    counts = {
        f"n{place}": Count("pk", filter=Q(email__iendswith=f"@{domain}"))
        for place, domain in enumerate(sorted(domains))
    }
    found = Unit.objects.existing().order_by().aggregate(**counts)
    return {
        domain for place, domain in enumerate(sorted(domains)) if 0 < found[f"n{place}"] <= UNITS_OF_A_HOUSE
    }


FINDERS = (by_former_role, by_former_post, by_phone, by_email, by_names)
