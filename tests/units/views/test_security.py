"""Account security: the code after the password, one's own second factor, one's own sessions."""

import re

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from tests.factories import CaseOfficerFactory, SessionFactory
from tests.units.codes import code_of, telephone, wrong_code_of
from units.actions import account
from units.models import Membership, Role, TrailEvent, User

pytestmark = pytest.mark.django_db

PASSWORD = "lanterns-over-water-7"


@pytest.fixture
def lan(lan):
    return with_password(lan)


@pytest.fixture
def admin(admin):
    return with_password(admin)


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, user, **more):
    return client.post(reverse("units:login"), {"username": user.username, "password": PASSWORD, **more})


def give(client, code, **more):
    return client.post(reverse("units:code"), {"code": code, **more})


# ── the code after the password ──────────────────────────────────────────────────────────────────

CLOSED = [
    "assessments:home",
    "assessments:entries",
    "assessments:public_home",
    "units:notifications",
    "units:password",
    "units:security",
    "units:second_factor_off",
    "units:backup_codes",
    "admin:index",
]


@pytest.mark.parametrize("address", CLOSED)
def test_before_the_code_every_page_leads_to_it(client, admin, address):
    telephone(admin)
    sign_in(client, admin)

    asked = client.get(reverse(address))

    assert asked.url == f"{reverse('units:code')}?next={reverse(address).replace('/', '%2F')}"


def test_before_the_code_nothing_can_be_done_and_nothing_is_told(client, admin, lan):
    telephone(admin)
    sign_in(client, admin)

    for address in (
        reverse("units:account_block", args=[lan.pk]),
        "/nowhere/",
        reverse("units:sessions_end"),
    ):
        assert client.post(address).url == reverse("units:code")

    lan.refresh_from_db()
    assert lan.is_active


def test_a_part_of_a_page_is_replaced_by_the_code_page(client, lan):
    telephone(lan)
    sign_in(client, lan)

    answer = client.get(reverse("assessments:entries"), headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == reverse("units:code")


def test_before_the_code_one_may_leave_and_choose_how_pages_look(client, lan):
    telephone(lan)
    sign_in(client, lan)

    assert client.get(reverse("units:code")).status_code == 200
    assert client.post(reverse("units:appearance"), {"theme": "dark"}).url == "/"
    assert client.post(reverse("set_language"), {"language": "en"}).url != reverse("units:code")
    client.post(reverse("units:logout"))
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("kind", ["telephone", "paper"])
def test_with_the_code_the_page_that_was_asked_for_opens(client, lan, kind):
    device, codes = telephone(lan)
    sign_in(client, lan)
    asked = client.get(reverse("units:notifications"))
    page = client.get(asked.url).content.decode()
    wanted = re.search(r'name="next" value="([^"]*)"', page)[1]

    answer = give(client, code_of(device) if kind == "telephone" else codes[0], next=wanted)

    assert answer.url == reverse("units:notifications")
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("foreign", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_the_code_page_leads_to_no_foreign_site(client, lan, foreign):
    device, _codes = telephone(lan)
    sign_in(client, lan)

    assert give(client, code_of(device), next=foreign).url == reverse("assessments:home")
    assert client.get(reverse("units:code"), {"next": foreign}).url == reverse("assessments:home")


def test_a_wrong_code_is_refused_in_words_and_the_page_stays(client, lan):
    device, _codes = telephone(lan)
    sign_in(client, lan)

    answer = give(client, wrong_code_of(device))

    assert answer.status_code == 200 and "验证码不对" in answer.content.decode()
    assert client.get(reverse("units:notifications")).status_code == 302


def test_a_code_seen_over_the_shoulder_opens_nothing(client, lan):
    device, _codes = telephone(lan)
    code = code_of(device)
    sign_in(client, lan)
    give(client, code)
    thief = Client()
    sign_in(thief, lan)

    give(thief, code)

    assert thief.get(reverse("units:notifications")).status_code == 302


def test_too_many_wrong_codes_are_held_up_with_a_page_that_says_until_when(client, lan):
    device, _codes = telephone(lan)
    sign_in(client, lan)

    answers = [give(client, wrong_code_of(device)) for _try in range(8)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert "错误验证码太多" in answers[-1].content.decode() and int(answers[-1].headers["Retry-After"]) > 800
    assert give(client, code_of(device)).status_code == 429


def test_a_backup_code_tells_how_many_are_left(client, lan):
    _device, codes = telephone(lan)
    sign_in(client, lan)

    give(client, codes[0])

    assert "还剩 9 个" in client.get(reverse("units:notifications")).content.decode()


def test_whoever_has_no_second_factor_is_not_asked(client, lan):
    sign_in(client, lan)

    assert client.get(reverse("units:notifications")).status_code == 200
    assert client.get(reverse("units:code")).url == reverse("assessments:home")


def test_a_second_factor_costs_no_page_a_query(client, lan, django_assert_num_queries):
    device, _codes = telephone(lan)
    sign_in(client, lan)
    give(client, code_of(device))
    client.get(reverse("units:notifications"))

    # session, person, roles, unread, count
    with django_assert_num_queries(5):
        client.get(reverse("units:notifications"))


# ── demanded of the office ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def demanded(settings):
    settings.TOTP_FOR_OFFICE = True


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DIRECTOR, Role.CASE_OFFICER, Role.AUDITOR])
def test_where_it_is_demanded_the_office_sets_it_up_first(client, demanded, role):
    user = CaseOfficerFactory()
    Membership.objects.filter(user=user).update(role=role)
    client.force_login(user)

    for address in ("assessments:home", "units:security", "assessments:public_home", "admin:index"):
        assert client.get(reverse(address)).url == reverse("units:second_factor")
    assert client.get(reverse("units:second_factor")).status_code == 200


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.COUNTY_LEADER])
def test_of_others_it_is_not_demanded(client, demanded, lan, role):
    user = CaseOfficerFactory()
    Membership.objects.filter(user=user).update(role=role)

    for one in (user, lan):
        client.force_login(one)
        assert client.get(reverse("units:notifications")).status_code == 200


def test_where_it_is_not_demanded_the_office_works_without(client, rui):
    client.force_login(rui)

    assert client.get(reverse("units:notifications")).status_code == 200


def test_after_setting_it_up_the_portal_opens(client, demanded, admin):
    client.force_login(admin)
    set_up(client, admin)

    assert client.get(reverse("units:notifications")).status_code == 200
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_one_time_password_comes_before_it(client, demanded, rui):
    User.objects.filter(pk=rui.pk).update(must_set_password=True)
    client.force_login(rui)

    assert client.get(reverse("assessments:home")).url == reverse("units:password")


# ── one's own second factor ──────────────────────────────────────────────────────────────────────


def set_up(client, user):
    """Through the pages; answers the page with the backup codes."""
    client.post(reverse("units:second_factor"), {"password": PASSWORD})
    return client.post(reverse("units:second_factor_confirm"), {"code": code_of(account.begun(user))})


def test_setting_up_shows_the_secret_as_picture_and_letters(client, lan):
    client.force_login(lan)

    begun = client.post(reverse("units:second_factor"), {"password": PASSWORD})
    page = client.get(begun.url)

    html = page.content.decode()
    secret = account.secret_of(account.begun(lan))
    assert '<img src="data:image/svg+xml' in html and secret in html
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", secret)
    assert "no-store" in page["Cache-Control"]


def test_the_picture_says_whose_account_it_is(lan):
    said = account.address_of(account.begin_second_factor(lan))

    assert said.startswith("otpauth://totp/lan?secret=") and "&issuer=%" in said


def test_looking_at_the_pages_begins_nothing(client, lan):
    client.force_login(lan)

    client.get(reverse("units:second_factor"))
    assert client.get(reverse("units:second_factor_confirm")).url == reverse("units:second_factor")

    assert account.begun(lan) is None


def test_an_open_window_sets_nothing_up_without_the_password(client, lan):
    client.force_login(lan)

    answer = client.post(reverse("units:second_factor"), {"password": "guessed"})

    assert "现在的密码不对" in answer.content.decode() and account.begun(lan) is None


def test_backup_codes_are_in_the_answer_and_nowhere_else(client, lan):
    client.force_login(lan)

    page = set_up(client, lan)

    codes = page.context["codes"]
    assert len(codes) == 10 and all(code in page.content.decode() for code in codes)
    assert "no-store" in page["Cache-Control"]
    assert codes[0] not in client.get(reverse("units:security")).content.decode()
    assert codes[0] not in str(dict(client.session))


def test_new_backup_codes_take_the_password(client, lan):
    client.force_login(lan)
    set_up(client, lan)

    refused = client.post(reverse("units:backup_codes"), {"password": "guessed"})
    given = client.post(reverse("units:backup_codes"), {"password": PASSWORD})

    assert "codes" not in refused.context and len(given.context["codes"]) == 10


def test_switching_off_takes_the_password_and_a_code(client, lan):
    client.force_login(lan)
    codes = set_up(client, lan).context["codes"]
    off = reverse("units:second_factor_off")

    for sent in ({"password": "guessed", "code": codes[0]}, {"password": PASSWORD, "code": "abcd-abcd"}):
        assert client.post(off, sent).status_code == 200
    assert User.objects.get(pk=lan.pk).has_second_factor

    assert client.post(off, {"password": PASSWORD, "code": codes[0]}).url == reverse("units:security")
    assert not User.objects.get(pk=lan.pk).has_second_factor
    assert client.get(reverse("units:notifications")).status_code == 200


def test_pages_of_a_second_factor_one_does_not_have_lead_back(client, lan):
    client.force_login(lan)

    for name in ("second_factor_off", "backup_codes"):
        assert client.get(reverse(f"units:{name}")).url == reverse("units:security")
    set_up(client, lan)
    assert client.get(reverse("units:second_factor")).url == reverse("units:security")


def test_the_administrator_takes_a_lost_one_away(client, admin, lan):
    telephone(lan)
    client.force_login(admin)
    page, act = reverse("units:person", args=[lan.pk]), reverse("units:second_factor_reset", args=[lan.pk])
    assert act in client.get(page).content.decode()

    client.post(act)

    assert not User.objects.get(pk=lan.pk).has_second_factor
    assert TrailEvent.objects.about(lan).last().verb == "reset_second_factor"
    assert act not in client.get(page).content.decode()


def test_nobody_takes_the_own_one_away_like_that(client, admin, ou, lan):
    telephone(lan)
    client.force_login(admin)
    assert client.post(reverse("units:second_factor_reset", args=[admin.pk])).status_code == 403

    client.force_login(ou)
    assert client.post(reverse("units:second_factor_reset", args=[lan.pk])).status_code == 403
    assert User.objects.get(pk=lan.pk).has_second_factor


# ── one's own sessions ───────────────────────────────────────────────────────────────────────────


def test_the_list_shows_ones_own_sessions_and_no_key(client, lan, mei):
    client.force_login(lan)
    SessionFactory(user=lan, device="Safari · iPhone", address="10.0.0.9")
    SessionFactory(user=mei, device="Firefox · Linux")

    page = client.get(reverse("units:security")).content.decode()

    assert "Safari · iPhone" in page and "10.0.0.9" in page and "本机" in page
    assert "Firefox" not in page
    assert client.cookies["sessionid"].value not in page


def test_one_session_can_be_ended(client, lan):
    client.force_login(lan)
    other = Client()
    other.force_login(lan)
    pk = lan.sessions.get(session_key=other.cookies["sessionid"].value).pk

    client.post(reverse("units:session_end", args=[pk]))

    assert other.get(reverse("units:notifications")).status_code == 302
    assert client.get(reverse("units:notifications")).status_code == 200
    assert TrailEvent.objects.about(lan).last().verb == "end_sessions"


def test_ending_the_own_one_is_signing_out(client, lan):
    client.force_login(lan)

    answer = client.post(reverse("units:session_end", args=[lan.sessions.get().pk]))

    assert answer.url == reverse("units:login") and not get_user(client).is_authenticated


def test_all_others_can_be_ended(client, lan, mei):
    client.force_login(lan)
    SessionFactory.create_batch(3, user=lan)
    theirs = SessionFactory(user=mei)

    client.post(reverse("units:sessions_end"))

    assert lan.sessions.count() == 1 and mei.sessions.get() == theirs
    assert client.get(reverse("units:notifications")).status_code == 200


def test_a_foreign_session_does_not_exist(client, lan, mei):
    client.force_login(lan)
    theirs = SessionFactory(user=mei)

    assert client.post(reverse("units:session_end", args=[theirs.pk])).status_code == 404
    assert mei.sessions.exists()


def test_the_page_costs_the_same_however_many_sessions(client, lan, django_assert_max_num_queries):
    client.force_login(lan)
    client.get(reverse("units:security"))
    costs = set()
    for more in (1, 4, 45):
        SessionFactory.create_batch(more, user=lan)
        with django_assert_max_num_queries(8) as queries:
            client.get(reverse("units:security"))
        costs.add(len(queries))

    assert len(costs) == 1
