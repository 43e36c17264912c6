import pytest
from django.contrib.auth import get_user
from django.urls import reverse

from tests.factories import LiaisonFactory
from units.actions import person
from units.models import Office

PASSWORD = "lanterns-over-water-7"


@pytest.fixture
def newcomer(school):
    """A liaison with a one-time password, fresh from the office."""
    user = LiaisonFactory(username="xin", name="辛来", memberships__unit=school)
    user.set_password(PASSWORD)
    user.must_set_password = True
    user.save()
    return user


def sign_in(client, username, password=PASSWORD):
    return client.post(reverse("units:login"), {"username": username, "password": password})


def choose(client, password, again):
    return client.post(reverse("units:password"), {"new_password1": password, "new_password2": again})


def test_a_page_of_the_portal_asks_to_sign_in_first_and_returns_there(client, newcomer):
    asked = client.get(reverse("units:notifications"))

    assert asked.url == f"{reverse('units:login')}?next={reverse('units:notifications')}"
    page = client.get(asked.url).content.decode()
    assert f'name="next" value="{reverse("units:notifications")}"' in page


def test_an_act_after_the_session_ended_leads_back_to_its_page_and_says_it_was_not_saved(client, newcomer):
    asked = client.post(
        reverse("units:notifications_seen"), headers={"referer": "http://testserver/messages/?page=2"}
    )

    assert asked.url == f"{reverse('units:login')}?next=%2Fmessages%2F%3Fpage%3D2"
    assert "没有保存" in client.get(asked.url).content.decode()


def test_an_act_sent_from_a_foreign_page_leads_home(client, db):
    asked = client.post(
        reverse("units:notifications_seen"), headers={"referer": "https://elsewhere.example/x"}
    )

    assert asked.url == f"{reverse('units:login')}?next=%2Fhome%2F"


def test_a_part_of_a_page_asked_for_after_the_session_ended_sends_the_whole_page_to_sign_in(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ledger/?q=x"}

    answer = client.get(reverse("assessments:entries"), headers=headers)

    assert answer.headers["HX-Redirect"] == f"{reverse('units:login')}?next=%2Fledger%2F%3Fq%3Dx"


@pytest.mark.parametrize(
    "address", ["units:notifications", "assessments:home", "assessments:entries", "admin:index"]
)
def test_the_first_sign_in_leads_to_the_own_password(client, newcomer, address):
    sign_in(client, "xin")

    assert client.get(reverse(address)).url == reverse("units:password")


def test_after_choosing_a_password_the_portal_opens(client, newcomer):
    sign_in(client, "xin")

    response = client.post(
        reverse("units:password"),
        {"new_password1": "tide-and-lantern-3", "new_password2": "tide-and-lantern-3"},
    )

    assert response.url == reverse("assessments:home")
    assert client.get(reverse("units:notifications")).status_code == 200, "the session went on"
    newcomer.refresh_from_db()
    assert newcomer.check_password("tide-and-lantern-3") and not newcomer.must_set_password


@pytest.mark.parametrize("weak", ["short-1", "1234567890123", "password1234"])
def test_a_weak_password_is_refused_in_words(client, newcomer, weak):
    sign_in(client, "xin")

    response = choose(client, weak, weak)

    assert response.status_code == 200
    assert 'href="#id_new_password2"' in response.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.must_set_password


def test_two_different_passwords_are_refused(client, newcomer):
    sign_in(client, "xin")

    response = client.post(
        reverse("units:password"),
        {"new_password1": "tide-and-lantern-3", "new_password2": "tide-and-lantern-4"},
    )

    assert "<title>错误：" in response.content.decode()


@pytest.mark.parametrize(("present", "is_changed"), [(PASSWORD, True), ("guessed-by-a-passer-by", False)])
def test_a_later_change_asks_for_the_present_password(client, newcomer, present, is_changed):
    newcomer.must_set_password = False
    newcomer.save()
    sign_in(client, "xin")

    new = "tide-and-lantern-3"
    choice = {"old_password": present, "new_password1": new, "new_password2": new}
    response = client.post(reverse("units:password"), choice)

    newcomer.refresh_from_db()
    assert newcomer.check_password(new) is is_changed
    assert is_changed or "现在的密码不对" in response.content.decode()


@pytest.mark.parametrize(("username", "password"), [("xin", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_sign_in_says_the_same_whoever_it_is(client, newcomer, username, password):
    response = sign_in(client, username, password)

    assert response.status_code == 200
    assert "账号或密码不对" in response.content.decode()
    assert not get_user(client).is_authenticated


def test_a_blocked_person_cannot_sign_in(client, newcomer, admin):
    person.block(newcomer, by=admin)

    sign_in(client, "xin")

    assert not get_user(client).is_authenticated


def test_a_blocked_person_is_out_at_once(client, lan, admin):
    client.force_login(lan)
    person.block(lan, by=admin)

    assert client.get(reverse("units:notifications")).status_code == 302


def test_signing_out_takes_a_post(client, lan):
    client.force_login(lan)

    assert client.get(reverse("units:logout")).status_code == 405
    client.post(reverse("units:logout"))
    assert not get_user(client).is_authenticated


def test_the_sign_in_page_says_who_issues_accounts_and_whom_to_call(client, db):
    Office(county="云泽县", office_name="云泽县文明办", contact_phone="8800 1200").save()

    page = client.get(reverse("units:login")).content.decode()

    assert "云泽县文明办" in page and "8800 1200" in page
