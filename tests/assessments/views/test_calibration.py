"""Calibration rounds in the browser's terms."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.models import CalibrationItem, CalibrationMark, CalibrationRound
from tests.browsing import without_drawings
from tests.factories import (
    CalibrationItemFactory,
    CalibrationMarkFactory,
    CalibrationRoundFactory,
    CaseOfficerFactory,
    ClaimFactory,
    ConflictFactory,
    EntryFactory,
    EvidenceFactory,
)

pytestmark = pytest.mark.django_db
D = Decimal


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text(response):
    return without_drawings(response.content.decode())


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


@pytest.fixture
def records(year):
    return [ClaimFactory(entry=EntryFactory(cycle=year, submitted=True)).entry for _ in range(4)]


@pytest.fixture
def being_marked(year, rui, ou):
    """An open round of three records, in which Rui and Ou take part."""
    found = CalibrationRoundFactory(cycle=year, opened=True, created_by=ou, people=[rui, ou])
    for _ in range(3):
        CalibrationItemFactory(round=found)
    return found


def finished(found, person, points="1.37"):
    for item in found.items.all():
        CalibrationMarkFactory(item=item, by=person, points=D(points))
    found.reviewers.filter(person=person).update(finished_at=found.opened_at)


# ── prepared ─────────────────────────────────────────────────────────────────────────────────────


def test_the_sample_is_looked_at_before_the_round_is_opened(as_ou, year, records, rui, ou):
    answer = as_ou.post(address("calibration_new"), {"size": 3, "reviewers": [rui.pk, ou.pk]}, follow=True)
    found = CalibrationRound.objects.get()

    assert answer.status_code == 200 and found.is_draft
    assert all(item.entry.title in text(answer) for item in found.items.all())

    as_ou.post(address("calibration_open", found.pk), {"version": found.version})

    assert CalibrationRound.objects.get().is_open


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"size": 2}, "size"),
        ({"size": "x"}, "size"),
        ({"size": ""}, "size"),
        ({"reviewers": []}, "reviewers"),
        ({"reviewers": ["x"]}, "reviewers"),
        ({"reviewers": [10**30]}, "reviewers"),
    ],
)
def test_what_is_missing_is_said_at_the_field(as_ou, year, records, rui, ou, said, field):
    answer = as_ou.post(address("calibration_new"), {"size": 3, "reviewers": [rui.pk, ou.pk]} | said)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not CalibrationRound.objects.exists()


def test_with_too_few_records_the_form_says_so(as_ou, year, rui, ou):
    answer = as_ou.post(address("calibration_new"), {"size": 5, "reviewers": [rui.pk, ou.pk]})

    assert answer.status_code == 422 and answer.context["form"].non_field_errors()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("calibration_draw", {"size": "99"}),
        ("calibration_draw", {}),
        ("calibration_add", {"receipt": "没有这号", "version": 0}),
        ("calibration_add", {"receipt": ""}),
        ("calibration_reviewers", {"reviewers": ["x"]}),
        ("calibration_open", {"version": 0}),
        ("calibration_open", {}),
    ],
)
def test_whatever_is_wrong_is_said_and_changes_nothing(as_ou, year, rui, ou, name, data):
    found = CalibrationRoundFactory(cycle=year, created_by=ou, people=[rui, ou])

    answer = as_ou.post(address(name, found.pk), data, follow=True)

    assert answer.status_code == 200 and [str(it) for it in answer.context["messages"]]
    assert CalibrationRound.objects.get().is_draft


def test_the_sample_is_changed_by_hand(as_ou, year, records, rui, ou):
    found = CalibrationRoundFactory(cycle=year, created_by=ou)

    as_ou.post(address("calibration_add", found.pk), {"receipt": records[0].receipt, "version": 0})
    item = CalibrationItem.objects.get()
    as_ou.post(address("calibration_reviewers", found.pk), {"reviewers": [rui.pk], "version": 1})
    as_ou.post(address("calibration_item_remove", item.pk))
    as_ou.post(address("calibration_draw", found.pk), {"size": 3, "version": 3})

    found = CalibrationRound.objects.get()
    assert found.items.count() == 3 and set(found.parts) == {rui.pk}

    as_ou.post(address("calibration_delete", found.pk))
    assert not CalibrationRound.objects.exists()


def test_who_opens_a_sample_that_changed_meanwhile_is_told_by_whom(as_ou, year, being_marked, ou):
    answer = as_ou.post(address("calibration_open", being_marked.pk), {"version": 0})

    assert answer.status_code == 409


def test_a_draft_is_the_directors_alone(as_rui, year, rui):
    draft = CalibrationRoundFactory(cycle=year, people=[rui])

    assert as_rui.get(draft.get_absolute_url()).status_code == 404
    assert as_rui.get(address("calibration_new")).status_code == 403
    assert as_rui.get(address("calibrations")).status_code == 200


def test_what_a_unit_took_back_is_its_own_again(as_rui, being_marked):
    item = being_marked.items.first()
    item.entry.status, item.entry.title, item.entry.text = "draft", "另起炉灶", "还没写完"
    item.entry.save()

    for place in (item.get_absolute_url(), being_marked.get_absolute_url()):
        page = text(as_rui.get(place))
        assert "已撤回的台账" in page
        assert "另起炉灶" not in page and "还没写完" not in page


# ── marked ───────────────────────────────────────────────────────────────────────────────────────


def test_one_item_after_the_other_is_marked_then_finished(as_rui, being_marked, rui):
    item = being_marked.items.first()
    name = f"points_{item.indicator_id}"
    for number in range(3):
        page = as_rui.get(item.get_absolute_url())
        assert item.entry.title in text(page) and name in text(page)
        answer = as_rui.post(address("calibration_mark", item.pk), {name: "2", "note": "缺签到表"})
        if number < 2:
            item = CalibrationItem.objects.get(pk=int(answer.url.rstrip("/").rsplit("/", 1)[1]))

    assert answer.url == being_marked.get_absolute_url()
    as_rui.post(address("calibration_finish", being_marked.pk))

    assert CalibrationMark.objects.filter(by=rui, points=2).count() == 3
    assert being_marked.reviewers.get(person=rui).finished_at


@pytest.mark.parametrize("points", ["", "-1", "4.01", "x", "NaN", "1e9", "0.001"])
def test_points_that_are_none_are_said_at_the_field(as_rui, being_marked, points):
    item = being_marked.items.first()

    answer = as_rui.post(address("calibration_mark", item.pk), {f"points_{item.indicator_id}": points})

    assert answer.status_code == 422 and answer.context["form"].errors
    assert not CalibrationMark.objects.exists()


@pytest.mark.parametrize("who", ["rui", "ou"])
def test_nobody_sees_the_others_marks_before_the_own_are_finished(client, request, being_marked, who):
    other = {"rui": "ou", "ou": "rui"}[who]
    finished(being_marked, request.getfixturevalue(other))
    client.force_login(request.getfixturevalue(who))
    pages = [being_marked.get_absolute_url(), *(it.get_absolute_url() for it in being_marked.items.all())]

    assert not any("1.37" in text(client.get(page)) for page in pages)
    assert client.post(pages[0], {"format": "csv"}).status_code == 403

    finished(being_marked, request.getfixturevalue(who), "2.5")

    # The control: now they do.
    assert all("1.37" in text(client.get(page)) for page in pages[1:])


def test_a_reviewer_reads_no_name_beside_a_mark(as_rui, being_marked, rui, ou):
    finished(being_marked, ou)
    finished(being_marked, rui)

    page = as_rui.get(being_marked.items.first().get_absolute_url())

    # In the page's own part; the history of the round names who marked, not what.
    assert ou.name not in text(page)
    assert as_rui.post(being_marked.get_absolute_url(), {"format": "csv"}).status_code == 403


def test_who_keeps_away_from_the_unit_is_told_and_skips_it(as_rui, being_marked, rui):
    item = being_marked.items.first()
    ConflictFactory(person=rui, unit=item.entry.unit)

    page = as_rui.get(item.get_absolute_url())
    answer = as_rui.post(address("calibration_mark", item.pk), {f"points_{item.indicator_id}": "1"})

    assert page.context["place"].is_barred and "accept-form" not in text(page)
    assert answer.status_code == 422
    assert not CalibrationMark.objects.exists()


def test_who_takes_no_part_knows_of_no_open_round(client, being_marked):
    client.force_login(CaseOfficerFactory())

    assert client.get(being_marked.get_absolute_url()).status_code == 404
    assert client.get(being_marked.items.first().get_absolute_url()).status_code == 404


def test_finishing_too_early_is_said(as_rui, being_marked):
    answer = as_rui.post(address("calibration_finish", being_marked.pk), follow=True)

    assert [str(it) for it in answer.context["messages"]]
    assert not being_marked.reviewers.filter(finished_at__isnull=False).exists()


def test_a_mark_after_the_closing_is_told_who_closed_it(as_rui, being_marked, ou):
    from_page = being_marked.items.first()
    CalibrationRound.objects.update(status="closed")

    answer = as_rui.post(address("calibration_mark", from_page.pk), {f"points_{from_page.indicator_id}": "1"})

    assert answer.status_code == 409


def test_the_first_page_says_how_much_is_marked(as_rui, being_marked, rui):
    home = reverse("assessments:home")
    CalibrationMarkFactory(item=being_marked.items.first(), by=rui)

    page = as_rui.get(home)

    assert (page.context["calibration"].marked, page.context["calibration"].all) == (1, 3)
    assert being_marked.get_absolute_url() in text(page)

    being_marked.reviewers.update(finished_at=being_marked.opened_at)
    assert as_rui.get(home).context["calibration"] is None


def test_a_reference_does_not_reach_a_director_who_still_marks(as_ou, being_marked):
    item = being_marked.items.first()
    CalibrationItem.objects.filter(pk=item.pk).update(reference=D("0.77"))

    assert "0.77" not in text(as_ou.get(item.get_absolute_url()))
    answer = as_ou.post(address("calibration_refer", item.pk), {"reference-reference": "1"})
    assert answer.status_code == 403


# ── compared, and a line agreed on ───────────────────────────────────────────────────────────────


def test_the_director_closes_compares_and_writes_the_line(as_ou, being_marked, rui, ou):
    finished(being_marked, rui, "1")
    finished(being_marked, ou, "4")
    as_ou.post(address("calibration_close", being_marked.pk), {"version": being_marked.version})
    item = being_marked.items.first()

    page = as_ou.get(being_marked.get_absolute_url())
    assert page.context["agreement"].total.largest == 75
    assert {one.name for one in page.context["agreement"].reviewers} == {rui.name, ou.name}

    as_ou.post(address("calibration_agree", item.pk), {"line-line": "有签到表才给满分", "line-seen": 0})
    as_ou.post(address("calibration_refer", item.pk), {"reference-reference": "3", "reference-seen": 1})

    item.refresh_from_db()
    assert (item.line, item.reference) == ("有签到表才给满分", 3)


def test_marks_and_what_they_come_to_have_the_same_decimals(as_ou, being_marked, rui, ou):
    finished(being_marked, rui, "1.5")
    finished(being_marked, ou, "2.25")
    CalibrationRound.objects.update(status="closed")
    item = being_marked.items.first()

    cells = re.findall(r'<td class="num"[^>]*>([^<]+)<', text(as_ou.get(being_marked.get_absolute_url())))
    given = re.findall(r'<b class="row__end num">([^<]+)<', text(as_ou.get(item.get_absolute_url())))

    # What lies between cents is rounded half up.
    assert cells[:3] == ["2.25", "1.88", "1.88"]
    assert given == ["2.25", "1.50"]


def test_the_line_stands_beside_the_indicator_of_the_review(as_rui, year, being_marked, rui):
    waiting = ClaimFactory(entry=EntryFactory(cycle=year, submitted=True)).entry
    CalibrationItem.objects.filter(pk=being_marked.items.first().pk).update(line="有签到表才给满分")
    assert "有签到表才给满分" not in text(as_rui.get(address("review", waiting.pk)))
    CalibrationRound.objects.update(status="closed")

    for query in ("", f"?indicator={waiting.claims.get().indicator_id}&order=units"):
        page = text(as_rui.get(address("review", waiting.pk) + query))
        assert page.count("有签到表才给满分") == 1


def test_two_who_write_a_line_at_once_see_each_other(as_ou, being_marked):
    CalibrationRound.objects.update(status="closed")
    item = being_marked.items.first()
    as_ou.post(address("calibration_agree", item.pk), {"line-line": "一", "line-seen": 0})

    answer = as_ou.post(address("calibration_agree", item.pk), {"line-line": "二", "line-seen": 0})

    assert answer.status_code == 422
    assert CalibrationItem.objects.get(pk=item.pk).line == "一"


def test_only_the_director_writes_it(as_rui, being_marked):
    CalibrationRound.objects.update(status="closed")
    item = being_marked.items.first()

    for name in ("calibration_agree", "calibration_refer"):
        assert as_rui.post(address(name, item.pk), {}).status_code == 403


def test_the_marks_leave_as_a_table(as_ou, being_marked, rui):
    finished(being_marked, rui)
    CalibrationRound.objects.update(status="closed")

    answer = as_ou.post(being_marked.get_absolute_url(), {"format": "csv"})

    assert "1.37" in b"".join(answer.streaming_content).decode()
    assert as_ou.post(address("calibrations"), {"format": "csv"}).status_code == 200


def test_the_pages_lead_to_it(as_ou, year):
    there = f'href="{address("calibrations")}"'

    for name, *args in (("agreement",), ("queue",), ("cycle", year.pk)):
        assert there in text(as_ou.get(address(name, *args)))


@pytest.mark.parametrize("who", ["lan", "guan", "qiao", "shen", "lin", "xun"])
def test_nobody_outside_the_reviewers_learns_of_a_sample(client, request, being_marked, who):
    item = being_marked.items.first()
    client.force_login(request.getfixturevalue(who))

    assert client.get(being_marked.get_absolute_url()).status_code == 404
    assert client.get(item.get_absolute_url()).status_code == 404
    assert client.get(address("calibrations")).status_code == 403


@pytest.mark.parametrize("count", [1, 5, 20])
@pytest.mark.parametrize("others", [0, 10])
def test_the_pages_cost_the_same_queries_however_large_the_sample_and_many_the_reviewers(
    as_ou, year, rui, ou, school, count, others, django_assert_max_num_queries
):
    more = CaseOfficerFactory.create_batch(others)
    for person in more:
        ConflictFactory(person=person, unit=school)
    found = CalibrationRoundFactory(cycle=year, closed=True, people=[rui, ou, *more])
    for _ in range(count):
        item = CalibrationItemFactory(round=found)
        EvidenceFactory(entry=item.entry)
    finished(found, rui)
    finished(found, ou)

    with django_assert_max_num_queries(20):
        as_ou.get(found.get_absolute_url())
    with django_assert_max_num_queries(14):
        as_ou.get(item.get_absolute_url())
    with django_assert_max_num_queries(8):
        as_ou.get(address("calibrations"))
