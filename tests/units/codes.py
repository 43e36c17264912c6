"""The telephone in a test: the codes it would show."""

import time

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from units.actions import account


def telephone(person):
    """A second factor for the person, confirmed; the device, and its backup codes."""
    device = account.begin_second_factor(person)
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    vars(person).pop("has_second_factor", None)
    return device, account.write_backup_codes(person)


def code_of(device, steps=0):
    """The six digits now, or so many half minutes later."""
    totp = TOTP(device.bin_key)
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def wrong_code_of(device):
    """Six digits that are not right at this time."""
    right = {code_of(device, steps) for steps in (-2, -1, 0, 1, 2)}
    return next(
        code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in right
    )
