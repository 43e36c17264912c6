"""What a reviewer compares with: how an indicator was judged so far, and what lies around an entry."""

from django.db.models import Avg, Count, Max, Q

from assessments.models import Claim, Indicator, LedgerEntry, Review
from civportal.lib.clock import today

# How many of the last decisions stand as an anchor beside the next one.
ANCHORS = 8


def items(user):
    """The indicators that the ledger proves this year, as a reviewer's work; one query.

    Each with how many claims wait for this person, how many were decided today by anybody, how many
    are accepted, and the mean of their points.
    """
    waiting = LedgerEntry.objects.to_decide_by(user).order_by().values("pk")
    decided = Review.objects.filter(at__date=today()).order_by().values("entry")
    of_year = Q(claims__entry__cycle__status="open")
    accepted = of_year & Q(claims__entry__status=LedgerEntry.Status.ACCEPTED)
    return (
        Indicator.objects.in_use()
        .proved_by_ledger()
        .annotate(
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
