"""What a reviewer compares with: how an indicator was judged so far, and what lies around an entry."""

from dataclasses import dataclass

from django.db.models import Avg, Count, Max, Q

from assessments.models import Claim, DraftMark, Indicator, LedgerEntry, Review
from civportal.lib.clock import today

# How many of the last decisions stand as an anchor beside the next one.
ANCHORS = 8
# How much of each list around an entry is shown; the whole list is a link away.
SHOWN = 8


def items(user):
    """The indicators that the ledger proves this year, as a reviewer's work; one query.

    Each with how many claims wait for this person, how many were decided today by anybody, how many
    are accepted, the mean of their points, and to how many of those that wait this person has given points.
    """
    waiting = LedgerEntry.objects.to_decide_by(user).order_by().values("pk")
    decided = Review.objects.filter(at__date=today()).order_by().values("entry")
    given = DraftMark.objects.given_by(user).values("claim")
    of_year = Q(claims__entry__cycle__status="open")
    accepted = of_year & Q(claims__entry__status=LedgerEntry.Status.ACCEPTED)
    return (
        Indicator.objects.in_use()
        .proved_by_ledger()
        .annotate(
            given=Count("claims", filter=Q(claims__in=given, claims__entry__in=waiting)),
            waiting=Count("claims", filter=Q(claims__entry__in=waiting)),
            decided=Count("claims", filter=of_year & Q(claims__entry__in=decided)),
            accepted=Count("claims", filter=accepted),
            mean=Avg("claims__points", filter=accepted),
        )
    )


def last_decisions(indicator):
    """The claims of this indicator that were decided last, newest first: the anchor against drift."""
    accepted = Claim.objects.filter(indicator=indicator, entry__status=LedgerEntry.Status.ACCEPTED)
    return (
        accepted.select_related("entry__unit", "indicator")
        .annotate(decided_at=Max("entry__reviews__at"))
        .order_by("-decided_at", "-pk")[:ANCHORS]
    )


@dataclass
class Compared:
    """Claims to compare with, the first few of them, and whether there are more."""

    claims: list
    has_more: bool

    @classmethod
    def of(cls, claims):
        found = list(claims[: SHOWN + 1])
        return cls(found[:SHOWN], len(found) > SHOWN)

    @property
    def indicators(self):
        """The indicators of which these claims are, each once."""
        return list(dict.fromkeys(claim.indicator for claim in self.claims))


def around(entry, user):
    """What this person compares the entry with, a query each.

    `earlier`: what the unit showed for the same indicators in earlier years, known by their codes.
    `others`: what was accepted of other units for the same indicators this year, the newest first.
    `own`: what else the unit handed in for them this year.
    """
    seen = LedgerEntry.objects.visible_to(user).handed_in().exclude(pk=entry.pk)
    claims = Claim.objects.filter(entry__in=seen.order_by().values("pk"))
    claims = claims.select_related("indicator", "entry__unit", "entry__cycle")
    indicators = entry.indicators.order_by()
    same = claims.filter(indicator__in=indicators.values("pk"), entry__cycle=entry.cycle_id)
    of_unit = Q(entry__unit=entry.unit_id)
    earlier = claims.filter(
        of_unit,
        indicator__code__in=indicators.values("code"),
        entry__cycle__year__lt=entry.cycle.year,
    )
    accepted = same.filter(~of_unit, entry__status=LedgerEntry.Status.ACCEPTED)
    return {
        "earlier": Compared.of(earlier.order_by("-entry__cycle__year", "indicator__sort_order", "-pk")),
        "others": Compared.of(accepted.order_by("-entry__submitted_at", "-pk")),
        "own": Compared.of(same.filter(of_unit).order_by("indicator__sort_order", "-pk")),
    }
