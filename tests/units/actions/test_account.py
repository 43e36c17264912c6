"""The second factor: codes count once, wrong ones are held up, backup codes are kept as digests."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.threads import at_once
from tests.units.codes import code_of, telephone, wrong_code_of
from units.actions import account, person
from units.actions.account import TooManyCodes
from units.models import TrailEvent, User

pytestmark = pytest.mark.django_db


def verbs(subject):
    return [event.verb for event in TrailEvent.objects.about(subject)]


def is_right(user, code):
    try:
        account.check_code(user, code)
    except ValidationError:
        return False
    return True


def test_a_secret_counts_only_once_a_code_has_come_back(lan):
    device = account.begin_second_factor(lan)
    assert not User.objects.get(pk=lan.pk).has_second_factor

    codes = account.confirm_second_factor(lan, code_of(device), by=lan)

    assert User.objects.get(pk=lan.pk).has_second_factor
    assert len(set(codes)) == 10 and verbs(lan) == ["set_up_second_factor"]


def test_a_wrong_first_code_switches_nothing_on(lan):
    device = account.begin_second_factor(lan)

    with pytest.raises(ValidationError):
        account.confirm_second_factor(lan, wrong_code_of(device), by=lan)

    assert not User.objects.get(pk=lan.pk).has_second_factor and verbs(lan) == []


def test_beginning_again_forgets_the_secret_before(lan):
    first = account.begin_second_factor(lan)
    second = account.begin_second_factor(lan)

    assert TOTPDevice.objects.get(user=lan) == second and first.key != second.key


def test_nobody_puts_a_second_telephone_over_the_first(lan):
    device, _codes = telephone(lan)

    with pytest.raises(ValidationError):
        account.begin_second_factor(lan)

    assert TOTPDevice.objects.get(user=lan) == device


def test_a_code_opens_once(lan):
    device, _codes = telephone(lan)
    code = code_of(device)

    assert is_right(lan, code)
    assert not is_right(lan, code)
    assert not is_right(lan, code_of(device, -1)), "nor one that is older"


@pytest.mark.parametrize("typed", ["{0}{1}", " {0} {1} ", "{0}-{1}"])
def test_a_code_may_be_typed_with_blanks(lan, typed):
    device, _codes = telephone(lan)
    code = code_of(device)

    assert is_right(lan, typed.format(code[:3], code[3:]))


@pytest.mark.parametrize("typed", ["12345", "1234567", "", "abcd-efgh", "１２", "1_2_3_4_5_6", "0x12345"])
def test_anything_else_is_wrong(lan, typed):
    telephone(lan)

    assert not is_right(lan, typed)


def test_a_backup_code_opens_once(lan):
    _device, codes = telephone(lan)

    assert is_right(lan, codes[3].upper())
    assert not is_right(lan, codes[3])
    assert account.backup_codes_left(lan) == 9


def test_nobody_uses_somebody_elses_codes(lan, mei):
    device, codes = telephone(lan)
    telephone(mei)

    assert not is_right(mei, codes[0])
    assert not is_right(mei, code_of(device))


def test_backup_codes_are_not_stored(lan, settings):
    _device, codes = telephone(lan)
    stored = list(StaticToken.objects.values_list("token", flat=True))

    assert not {account.plain_code(code) for code in codes} & set(stored)
    settings.SECRET_KEY = "another-key-" + "1" * 50
    assert not is_right(lan, codes[0]), "without the key a stolen table is worth nothing"


def test_a_new_set_of_backup_codes_ends_the_old_one(lan):
    _device, old = telephone(lan)

    new = account.renew_backup_codes(lan, by=lan)

    assert not is_right(lan, old[0]) and is_right(lan, new[0])
    assert verbs(lan) == ["renew_backup_codes"]


def test_a_backup_code_does_not_switch_a_telephone_on(lan):
    telephone(lan)
    codes = account.renew_backup_codes(lan, by=lan)
    TOTPDevice.objects.update(confirmed=False)

    with pytest.raises(ValidationError):
        account.confirm_second_factor(lan, codes[0], by=lan)


def test_after_five_wrong_codes_there_is_one_try_in_a_quarter_of_an_hour(lan):
    device, codes = telephone(lan)
    for _try in range(5):
        assert not is_right(lan, wrong_code_of(device))

    for code in (code_of(device), codes[0], wrong_code_of(device)):
        with pytest.raises(TooManyCodes):
            account.check_code(lan, code)

    earlier(15)
    assert not is_right(lan, wrong_code_of(device))
    with pytest.raises(TooManyCodes):
        account.check_code(lan, code_of(device))
    earlier(15)
    assert is_right(lan, code_of(device))
    assert is_right(lan, codes[0]), "and then tries are free again"


def earlier(minutes):
    """Let so many minutes pass for wrong codes."""
    for device in TOTPDevice.objects.all():
        device.throttling_failure_timestamp -= timedelta(minutes=minutes)
        device.save()


def test_wrong_codes_and_wrong_backup_codes_count_together(lan):
    device, _codes = telephone(lan)
    for _try in range(3):
        is_right(lan, "aaaa-aaaa")
    for _try in range(2):
        is_right(lan, wrong_code_of(device))

    with pytest.raises(TooManyCodes):
        account.check_code(lan, code_of(device))


def test_a_new_password_forgives_wrong_codes(lan, admin):
    device, _codes = telephone(lan)
    for _try in range(5):
        is_right(lan, wrong_code_of(device))

    person.reset_password(lan, by=admin)

    assert is_right(lan, code_of(device))


def test_switching_off_takes_a_code(lan):
    device, _codes = telephone(lan)

    with pytest.raises(ValidationError):
        account.switch_off_second_factor(lan, wrong_code_of(device), by=lan)
    assert TOTPDevice.objects.filter(user=lan).exists()

    account.switch_off_second_factor(lan, code_of(device), by=lan)
    assert not TOTPDevice.objects.filter(user=lan).exists() and account.backup_codes_left(lan) == 0
    assert verbs(lan) == ["switch_off_second_factor"]


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["telephone", "paper"])
def test_one_code_sent_twice_at_once_opens_once(lan, kind):
    device, codes = telephone(lan)
    code = code_of(device) if kind == "telephone" else codes[0]

    outcomes = at_once(*[lambda: is_right(lan, code)] * 6)

    assert sorted(outcomes) == [False] * 5 + [True]
