"""What every signed-in page shows beside itself: how much waits."""

from django.utils.functional import SimpleLazyObject

from assessments.models import LedgerEntry
from units.models import Notification


def counts(request):
    """Numbers for the navigation; asked for only where a layout shows them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "queue_count": SimpleLazyObject(lambda: LedgerEntry.objects.to_decide_by(user).count()),
        "pre_review_count": SimpleLazyObject(lambda: LedgerEntry.objects.to_pre_review_by(user).count()),
        "unseen_count": SimpleLazyObject(lambda: Notification.objects.visible_to(user).unseen().count()),
    }
