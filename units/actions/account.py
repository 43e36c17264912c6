"""The second factor: a code from the telephone, or one of ten backup codes on paper."""

import hmac
import re
import secrets
from base64 import b32encode
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from units.models import Office, User

from . import session, trail
from .readable import READABLE

BACKUP_CODES = 10
# A code has a million values and three of them are right at a time: after so many wrong ones in a
# row, there is one try in so long.
FREE_TRIES = 5
PAUSE = timedelta(minutes=15)
SIX_DIGITS = re.compile(r"[0-9]{6}")


class TooManyCodes(Exception):
    """Too many wrong codes in a row; knows until when the next one has to wait."""

    def __init__(self, until):
        super().__init__(until)
        self.until = until


# ── setting it up ────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def begin_second_factor(person):
    """A new secret for the person's telephone; it counts only once a code has come back from there.

    Raises ValidationError when there is a second factor already.
    """
    User.objects.select_for_update().get(pk=person.pk)
    if TOTPDevice.objects.filter(user=person, confirmed=True).exists():
        raise ValidationError(_("The second factor is set up already."))
    TOTPDevice.objects.filter(user=person).delete()
    return TOTPDevice.objects.create(user=person, name="totp", confirmed=False)


def begun(person):
    """The secret that waits for its first code, or None."""
    return TOTPDevice.objects.filter(user=person, confirmed=False).first()


def secret_of(device):
    """The secret as people type it into a telephone: letters and digits in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address_of(device):
    """The secret as a telephone reads it from a picture (otpauth://); kept short, so that it reads well."""
    said = {"secret": b32encode(device.bin_key).decode(), "issuer": Office.current().office_name}
    return f"otpauth://totp/{quote(device.user.get_username())}?{urlencode(said, quote_via=quote)}"


def confirm_second_factor(person, code, *, by, keep=""):
    """The first code has come back from the telephone: from now on one is asked for at every sign-in.

    Other sessions, which gave none, end. Returns the ten backup codes. Raises ValidationError
    when the code is not right.
    """
    device = right_device(person, code, confirmed=False)
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        session.end_all(person, keep=keep)
        trail.record(person, "set_up_second_factor", by=by)
        return write_backup_codes(person)


@transaction.atomic
def renew_backup_codes(person, *, by):
    """Ten new backup codes; the old ones are worth nothing any more."""
    trail.record(person, "renew_backup_codes", by=by)
    return write_backup_codes(person)


def switch_off_second_factor(person, code, *, by, keep=""):
    """A person goes back to the password alone, against one last code.

    Raises ValidationError when the code is not right.
    """
    check_code(person, code)
    take_away(person, "switch_off_second_factor", by=by, keep=keep)


def reset_second_factor(person, *, by):
    """The administrator takes a lost second factor away; the person's sessions end."""
    take_away(person, "reset_second_factor", by=by)


@transaction.atomic
def take_away(person, verb, *, by, keep=""):
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    session.end_all(person, keep=keep)
    trail.record(person, verb, by=by)


# ── giving a code ────────────────────────────────────────────────────────────────────────────────


def check_code(person, code):
    """Take a code from the telephone or a backup code, each of them once.

    Raises ValidationError when it is not right, TooManyCodes after too many that were not; a wrong
    code is counted even so.
    """
    return right_device(person, code, confirmed=True)


def is_backup(code):
    """Whether somebody typed a backup code and not six digits."""
    return not SIX_DIGITS.fullmatch(plain_code(code))


def right_device(person, code, *, confirmed):
    """The device whose code it is. Raises ValidationError when there is none or it is wrong."""
    # Raised only after the transaction: the count of wrong codes has to stay.
    device, is_right = try_code(person, plain_code(code), confirmed=confirmed)
    if device is None:
        raise ValidationError(_("There is no second factor to check."))
    if not is_right:
        raise ValidationError(
            _("This code is not right, or was used already. Wait for the next one on the telephone.")
        )
    return device


@transaction.atomic
def try_code(person, code, *, confirmed):
    """The person's device and whether the code was right; two tries at once follow one another."""
    devices = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=confirmed)
    device = devices.order_by("pk").first()
    if device is None:
        return None, False
    refuse_while_paused(device)
    if SIX_DIGITS.fullmatch(code):
        return device, device.verify_token(code)
    is_right = confirmed and spend_backup_code(person, code)
    if is_right:
        device.throttle_reset()
    else:
        device.throttle_increment()
    return device, is_right


def refuse_while_paused(device):
    if device.throttling_failure_count >= FREE_TRIES:
        until = device.throttling_failure_timestamp + PAUSE
        if now() < until:
            raise TooManyCodes(until)


def forgive_codes(person):
    """Forget the wrong codes: whoever gave them does not know the new password."""
    TOTPDevice.objects.filter(user=person).update(throttling_failure_count=0)


# ── backup codes ─────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write_backup_codes(person):
    """Ten new codes instead of all others; only their digests are kept."""
    User.objects.select_for_update().get(pk=person.pk)
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="backup")
    codes = [backup_code() for _number in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=digest(person, plain_code(code))) for code in codes
    )
    return codes


def backup_code():
    """Two groups of four; 40 bits, and never more than a few tries at them."""
    return "-".join("".join(secrets.choice(READABLE) for _letter in range(4)) for _group in range(2))


def plain_code(code):
    """A code without what people put between its parts."""
    return re.sub(r"[\s-]", "", code).lower()


def digest(person, code):
    """What is stored of a backup code: useless without the portal's key, and for anybody else."""
    return salted_hmac("units.backup_code", f"{person.pk}:{code}", algorithm="sha256").hexdigest()[:16]


def spend_backup_code(person, code):
    """Whether this is one of the codes left; then it is one no more."""
    wanted = digest(person, code)
    for token in StaticToken.objects.filter(device__user=person):
        if hmac.compare_digest(token.token, wanted):
            return token.delete()[0] == 1
    return False


def backup_codes_left(person):
    return StaticToken.objects.filter(device__user=person).count()
