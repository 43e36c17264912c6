"""Wrong passwords are held up, and nobody can lock somebody else out by typing them.

Three counts, each of the last quarter of an hour (the limits are in the settings):

- one account from one address: 10, whatever else is true;
- one account from all addresses together: 30. Then only addresses from which this account has signed
  in before are let through: guessing from a thousand places ends, the owner at the desk goes on;
- one address over all accounts: 50. Then only accounts that have signed in from there before are let
  through: whoever tries one password on every account is stopped, the office behind the same
  address goes on.

Failures of an account at an address where it is known count for neither sum. A try is counted before
the password is looked at and forgiven when it was right, so that a hundred tries at once cannot
outrun the count. Accounts that exist and names that do not are treated alike, in time and in words.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import Exists, F, Max, OuterRef, Sum

from civportal.lib.web import client_address

log = logging.getLogger(__name__)

# How long an address stays known for an account that signed in from it.
KNOWN_FOR = timedelta(days=90)
# What axes would like to keep of a request; we count only.
NOTHING_ELSE = {"user_agent": "", "http_accept": "", "path_info": ""}


@dataclass(frozen=True)
class Refusal:
    """Why a try may not look at the password, and until when."""

    reason: str
    until: datetime


@dataclass(frozen=True)
class Try:
    """An account's name, whether or not there is one, tried from an address at a moment."""

    username: str
    address: str
    at: datetime

    @property
    def failures(self):
        return AccessAttempt.objects.filter(attempt_time__gt=self.at - settings.AXES_COOLOFF_TIME)

    @property
    def own(self):
        return self.failures.filter(username=self.username, ip_address=self.address)

    @property
    def is_known(self):
        """Whether this account has signed in from this address lately."""
        return AccessLog.objects.filter(
            username=self.username, ip_address=self.address, attempt_time__gt=self.at - KNOWN_FOR
        ).exists()

    def refusal(self, counted=0):
        """Why this try may not go on, or None; `counted` is 1 when the counts hold it already."""
        if refusal := beyond(self.own, "pair", settings.AXES_FAILURE_LIMIT + counted):
            return refusal
        of_account = beyond(
            strange(self.failures.filter(username=self.username)),
            "account",
            settings.SIGN_IN_FAILURES_PER_ACCOUNT + counted,
        )
        of_address = beyond(
            strange(self.failures.filter(ip_address=self.address)),
            "address",
            settings.SIGN_IN_FAILURES_PER_ADDRESS + counted,
        )
        # Asked in every case: the time it takes must not tell whether the account is known here.
        return None if self.is_known else of_account or of_address

    def count(self):
        """One more for this account from this address, safe against others at the same moment."""
        kept = {"failures_since_start": 1, "get_data": "", "post_data": ""}
        attempt, is_new = AccessAttempt.objects.get_or_create(
            username=self.username, ip_address=self.address, **NOTHING_ELSE, defaults=kept
        )
        more = {"failures_since_start": F("failures_since_start") + 1, "attempt_time": self.at}
        if not is_new and not AccessAttempt.objects.filter(pk=attempt.pk).update(**more):
            # Forgiven by somebody who signed in between the two statements.
            self.count()


def strange(failures):
    """Those of accounts that are not known at the address they were tried from."""
    known = AccessLog.objects.filter(username=OuterRef("username"), ip_address=OuterRef("ip_address"))
    return failures.exclude(Exists(known))


def beyond(failures, reason, limit):
    """The refusal when there are as many failures as the limit; it ends when the last one is forgotten."""
    found = failures.aggregate(number=Sum("failures_since_start"), last=Max("attempt_time"))
    if (found["number"] or 0) < limit:
        return None
    return Refusal(reason, found["last"] + settings.AXES_COOLOFF_TIME)


class Throttle(AxesDatabaseHandler):
    """axes' database handler with the three counts above; its tables hold numbers and no form data.

    Failures older than the quarter of an hour go with the next try, and an account keeps one line
    for every address it signed in from, so that the tables do not grow.
    """

    def is_allowed(self, request, credentials=None):
        """Count the try; whether it may look at the password."""
        tried = try_of(request, credentials)
        self.clean_expired_user_attempts(request)
        refusal = tried.refusal()
        if refusal is None:
            tried.count()
            refusal = tried.refusal(counted=1)
        self.mark(request, refusal)
        return refusal is None

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        """The last try that was allowed already answers with the page that says until when."""
        if request is None or request.axes_locked_out:
            return
        tried = try_of(request, credentials)
        self.mark(request, tried.refusal())
        if request.axes_locked_out:
            log.warning("Sign-in held up: %s %r from %s", request.refusal.reason, *of(tried))

    def mark(self, request, refusal):
        """Leave word for the page and for axes' middleware, which shows it."""
        request.refusal = refusal
        request.axes_locked_out = refusal is not None

    def user_logged_in(self, sender, request, user, **kwargs):
        """Forgive this account here, and know it from now on."""
        tried = try_of(request, {"username": user.get_username()})
        tried.own.delete()
        past = AccessLog.objects.filter(username=tried.username)
        past.filter(ip_address=tried.address).delete()
        past.filter(attempt_time__lte=tried.at - KNOWN_FOR).delete()
        AccessLog.objects.create(username=tried.username, ip_address=tried.address, **NOTHING_ELSE)

    def user_logged_out(self, sender, request, user, **kwargs):
        """Leaving is nothing to count."""


def try_of(request, credentials=None):
    username = get_client_username(request, credentials) or ""
    return Try(username, request.axes_ip_address, request.axes_attempt_time)


def of(tried):
    return tried.username, tried.address


def network_of(request):
    """What counts as one address: an IPv4 address, or the /64 that one subscriber has in IPv6.

    Whoever comes without an address shares one with all others who do.
    """
    address = ip_address(client_address(request) or "0.0.0.0")  # noqa: S104 – no socket is bound
    if isinstance(address, IPv6Address):
        address = IPv6Address(int(address) >> 64 << 64)
    return str(address)


def proves(request, password):
    """Whether this is the password of whoever is signed in; a wrong one counts like one at the door."""
    username = request.user.get_username()
    person = authenticate(request, username=username, password=password)
    if person is None:
        return False
    try_of(request, {"username": username}).own.delete()
    return True


def forgive(username):
    """Forget every failure of an account: its password is a new one."""
    AccessAttempt.objects.filter(username=username).delete()
