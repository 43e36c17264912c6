"""What every signed-in page shows beside itself: how much waits."""

from django.utils.functional import SimpleLazyObject

from assessments.actions import xray
from assessments.models import LedgerEntry, Question
from units.models import Notification, User


def counts(request):
    """Numbers for the navigation; asked for only where a layout shows them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    told = SimpleLazyObject(lambda: said_to(user))
    return {
        "queue_count": SimpleLazyObject(lambda: LedgerEntry.objects.to_decide_by(user).count()),
        "pre_review_count": SimpleLazyObject(lambda: LedgerEntry.objects.to_pre_review_by(user).count()),
        "question_count": SimpleLazyObject(lambda: told["questions"]),
        "unseen_count": SimpleLazyObject(lambda: told["unseen"]),
    }


def said_to(user):
    """How many messages the person has not read, and how many questions wait; in one statement, for every
    page asks it."""
    numbers = {
        "unseen": xray.number_of(Notification.objects.visible_to(user).unseen()),
        "questions": xray.number_of(Question.objects.waiting_for(user)),
    }
    return User.objects.filter(pk=user.pk).values("pk").annotate(**numbers).get()
