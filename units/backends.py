"""How an account and a password become a person."""

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend

from units.models import User


class Turnstile(AxesStandaloneBackend):
    """Stands before the password check and lets a try through, or not (units/throttle.py).

    A check without a request comes from our own code, not from outside, and is not counted.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)


class Accounts(ModelBackend):
    """Django's own; who is signed in arrives with the answer to the second factor's question."""

    def get_user(self, user_id):
        user = User.objects.with_second_factor().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
