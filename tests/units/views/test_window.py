import re

import pytest
from django.urls import reverse

from civportal.lib.clock import today
from tests.factories import MembershipFactory, UnitFactory, UserFactory, WindowFactory
from units.actions import window as windows
from units.models import Office, Role, Unit, Window, WindowStaff

pytestmark = pytest.mark.django_db

LIST = "/windows/"


@pytest.fixture
def desk(client, lan):
    client.force_login(lan)
    return client


@pytest.fixture
def window(school):
    window = WindowFactory(unit=school, name="社保窗口", promise="当日办结")
    WindowStaff.objects.create(window=window, badge_number="101", duty="受理", name="林知远")
    return window


def form_of(window=None, staff=(), **changes):
    """What the form sends back: the window's fields, and the rows of staff."""
    facts = window or Window(name="社保窗口", place="一楼", hours="8:30—17:30", services="社会保险")
    names = ("name", "place", "hours", "services", "promise", "first_contact", "sort_order")
    values = {name: getattr(facts, name) for name in names} | {"seen": facts.version}
    values |= {"staff-TOTAL_FORMS": len(staff), "staff-INITIAL_FORMS": 0}
    for number, (badge, duty, name) in enumerate(staff):
        values |= {
            f"staff-{number}-badge_number": badge,
            f"staff-{number}-duty": duty,
            f"staff-{number}-name": name,
        }
    return values | changes


def new(client, unit, **said):
    return client.post(reverse("units:window_new", args=[unit.pk]), form_of(**said))


def edit(client, window, **said):
    return client.post(reverse("units:window_edit", args=[window.pk]), form_of(window, **said))


def test_a_liaison_registers_a_window_with_its_staff(desk, school):
    response = new(desk, school, staff=[("101", "受理", "林知远"), ("", "", "")], staff_count="3")

    window = Window.objects.get()
    assert response.url == window.get_absolute_url()
    assert (window.unit, window.staff_count, window.staff.get().badge_number) == (school, 3, "101")
    assert Unit.objects.get(pk=school.pk).has_window is True
    assert "林知远" in desk.get(window.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("badge", "said"),
    [
        ("110101199003070011", "身份证"),
        ("110101 19900307 001x", "身份证"),
        ("110101900307001", "身份证"),
        ("13900000001", "手机"),
        ("\u200b", ""),
        ("a\0b", ""),
        ("1" * 21, ""),
    ],
)
def test_a_number_of_a_person_is_no_badge(desk, school, badge, said):
    response = new(desk, school, staff=[(badge, "受理", "")])

    assert response.status_code == 200 and said in response.content.decode()
    assert response.context["staff"].errors[0]["badge_number"]
    assert not Window.objects.exists()


@pytest.mark.parametrize("name", Window.PUBLIC)
def test_an_identity_number_in_a_public_text_is_refused(desk, school, name):
    response = new(desk, school, **{name: "请找 110101199003070011"})

    assert "身份证" in str(response.context["form"].errors[name])
    assert not Window.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "\u200b　"}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"services": "长" * 2001}, "services"),
        ({"place": "a\0b"}, "place"),
        ({"staff_count": "10000"}, "staff_count"),
        ({"staff_count": "-1"}, "staff_count"),
        ({"sort_order": "9" * 40}, "sort_order"),
        ({"seen": ""}, "seen"),
    ],
)
def test_bad_input_is_said_at_its_field(desk, school, changes, field):
    response = new(desk, school, **changes)

    assert response.status_code == 200 and field in response.context["form"].errors
    assert not Window.objects.exists()


def test_directions_of_writing_and_stray_blanks_do_not_get_in(desk, school):
    new(desk, school, name="\u202e社保 窗口\u200b", services="社会保险 \n\u2066户口")

    window = Window.objects.get()
    assert (window.name, window.services) == ("社保窗口", "社会保险\n户口")


def test_a_thousand_claimed_rows_are_not_drawn(desk, school):
    response = new(desk, school, **{"staff-TOTAL_FORMS": "9999"})

    assert response.status_code == 200 and len(response.context["staff"].forms) <= 201


def test_the_second_clerk_sees_what_the_first_changed_and_can_save_then(desk, lan, rui, window):
    windows.edit(window, {"hours": "全天"}, [], by=rui)

    response = edit(desk, window, hours="上午")

    html = response.content.decode()
    assert "芮安" in html and "全天" in html and "101 受理" in html and "林知远" not in html
    assert edit(desk, window, hours="上午", seen=1).status_code == 302
    assert Window.objects.get().hours == "上午"


def test_a_row_that_is_ticked_is_taken_out(desk, window):
    edit(desk, window, staff=[("101", "受理", ""), ("102", "审核", "")], **{"staff-0-DELETE": "on"})

    assert [one.badge_number for one in window.staff.all()] == ["102"]


def test_a_window_is_closed_and_opened_again(desk, window):
    desk.post(reverse("units:window_close", args=[window.pk]), {"on": today()})

    assert not Window.objects.get().is_open and Unit.objects.get(pk=window.unit_id).has_window is False
    assert "停用" in desk.get(window.get_absolute_url()).content.decode()
    desk.post(reverse("units:window_reopen", args=[window.pk]))
    assert Window.objects.get().is_open


@pytest.mark.parametrize("day", ["", "9999-12-31", "x", "0000-00-00"])
def test_a_day_that_is_none_closes_nothing(desk, window, day):
    response = desk.post(reverse("units:window_close", args=[window.pk]), {"on": day})

    assert response.status_code == 422 and Window.objects.get().is_open


def test_another_units_liaison_and_a_reader(client, mei, window):
    client.force_login(mei)
    assert client.get(window.get_absolute_url()).status_code == 404
    reader = UserFactory()
    MembershipFactory(user=reader, role=Role.COUNTY_LEADER)

    client.force_login(reader)

    assert client.get(window.get_absolute_url()).status_code == 200
    assert client.get(reverse("units:window_edit", args=[window.pk])).status_code == 403
    assert client.get(reverse("units:window_new", args=[window.unit_id])).status_code == 403
    assert client.post(reverse("units:window_close", args=[window.pk])).status_code == 403


# the list


def test_a_department_finds_the_windows_of_its_tree(client, window, school, bank):
    bureau = UnitFactory(name="县教育局")
    Unit.objects.filter(pk=school.pk).update(supervisor=bureau)
    WindowFactory(unit=bank, name="柜面窗口")
    person = UserFactory()
    MembershipFactory(user=person, role=Role.SUPERVISOR, unit=bureau)
    client.force_login(person)

    html = client.get(LIST).content.decode()

    assert "社保窗口" in html and "柜面窗口" not in html


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"社保窗口", "户籍窗口", "旧窗口"}),
        ({"q": "社保"}, {"社保窗口"}),
        ({"q": "第一小学"}, {"社保窗口"}),
        ({"q": "\u200b"}, set()),
        ({"state": "open"}, {"社保窗口", "户籍窗口"}),
        ({"state": "closed"}, {"旧窗口"}),
        ({"hot": "on"}, {"户籍窗口"}),
        ({"town": "town"}, {"旧窗口"}),
        ({"unit": "school"}, {"社保窗口"}),
        ({"unit": "9" * 40, "town": "²", "state": "x"}, {"社保窗口", "户籍窗口", "旧窗口"}),
    ],
)
def test_windows_are_found_by_what_is_asked(client, rui, window, bank, asked, found):
    client.force_login(rui)
    town = UnitFactory(name="东坝镇")
    WindowFactory(name="户籍窗口", unit=bank, is_hot_post=True)
    WindowFactory(name="旧窗口", unit=UnitFactory(town=town), closed_on=today())
    numbers = {"town": town.pk, "school": window.unit_id}

    html = client.get(LIST, {key: numbers.get(value, value) for key, value in asked.items()}).content.decode()

    assert {name for name in ("社保窗口", "户籍窗口", "旧窗口") if f">{name}</a>" in html} == found


@pytest.mark.parametrize("count", [1, 5, 50])
@pytest.mark.parametrize(("role", "queries"), [("rui", 8), ("lan", 7)])
def test_the_list_costs_the_same_however_long(
    client, request, school, django_assert_num_queries, role, queries, count
):
    client.force_login(request.getfixturevalue(role))
    town = UnitFactory()
    Unit.objects.filter(pk=school.pk).update(town=town)
    WindowFactory.create_batch(count, unit=school)
    client.get(LIST)

    with django_assert_num_queries(queries):
        client.get(LIST)


def test_an_empty_list_says_what_to_do(client, desk, school, rui):
    assert reverse("units:window_new", args=[school.pk]) in desk.get(LIST).content.decode()
    client.force_login(rui)
    assert "自行登记" in client.get(LIST).content.decode()


# for the public


def test_everybody_reads_what_a_window_promises_and_nobody_is_named(client, window):
    Unit.objects.filter(pk=window.unit_id).update(contact="赵梅", mobile="13900000001", top_leader="韩守正")
    Office(contact_phone="0999-88001200").save()

    html = client.get(window.public_address).content.decode()

    assert all(text in html for text in ("社保窗口", "当日办结", "101", "受理", "0999-88001200"))
    assert not any(text in html for text in ("林知远", "赵梅", "13900000001", "韩守正"))


def test_a_closed_window_says_so_and_no_longer_who_serves(client, window):
    Window.objects.update(closed_on=today())

    html = client.get(window.public_address).content.decode()

    assert "起停用" in html and "101" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)


def test_a_window_of_a_unit_that_has_ended_says_so(client, window):
    Unit.objects.update(participation="ended")

    assert "已不存在" in client.get(window.public_address).content.decode()


@pytest.mark.parametrize("code", ["1", "x" * 60, "0" * 12])
def test_a_guessed_address_leads_nowhere(client, window, code):
    assert client.get(reverse("units:public_window", args=[code])).status_code == 404


def test_a_window_is_only_looked_at_from_outside(client, window):
    assert client.post(window.public_address).status_code == 405


def test_the_sheet_carries_a_code_for_the_whole_address(desk, window):
    Office(contact_phone="0999-88001200").save()

    response = desk.get(reverse("units:window_sheet", args=[window.pk]))

    html = response.content.decode()
    assert response.context["address"] == f"http://testserver{window.public_address}"
    assert 'src="data:image/svg+xml' in html and "0999-88001200" in html and "社保窗口" in html


def test_a_units_public_page_leads_to_its_open_windows(client, window, school):
    WindowFactory(unit=school, name="旧窗口", closed_on=today())

    html = client.get(reverse("assessments:public_unit", args=[school.pk])).content.decode()

    assert window.public_address in html and "旧窗口" not in html
