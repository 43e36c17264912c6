"""Field surveys in the browser's terms."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import FieldSurvey
from assessments.models.field_survey import Found
from tests.factories import (
    DutyFactory,
    FieldSurveyFactory,
    MembershipFactory,
    SurveyedUnitFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Category, Role, TrailEvent

FOUND = {
    "plan_found": "yes",
    "deployment_found": "no",
    "activity_found": "unusable",
    "documents_found": "yes",
}


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


@pytest.fixture
def survey(year, school, bank):
    """The school, whose plan is overdue, and the bank."""
    for unit in (school, bank):
        UnitYearFactory(cycle=year, unit=unit)
    DutyFactory(cycle=year, unit=school, overdue=True)
    return FieldSurveyFactory(cycle=year, units=[school, bank])


def begin(client, **said):
    usual = {"title": "五月底调研", "held_on": "2026-05-29", "surveyors": "芮安", "how": "draw", "size": 2}
    return client.post(address("field_survey_new"), {**usual, **said})


def numbers_of(survey):
    return [row.unit_id for row in survey.rows.all()]


class TestBegun:
    @pytest.fixture(autouse=True)
    def units(self, year):
        return [UnitYearFactory(cycle=year, unit=UnitFactory(name=f"第{n}单位")).unit for n in range(6)]

    def test_a_sample_is_drawn_and_says_by_which_number(self, as_rui, year):
        begin(as_rui, seed=4711)
        begin(as_rui, seed=4711)

        first, second = FieldSurvey.objects.order_by("pk")
        assert numbers_of(first) == numbers_of(second) and len(numbers_of(first)) == 2
        assert "4711" in as_rui.get(first.get_absolute_url()).content.decode()

    def test_the_portal_takes_a_number_where_none_is_given(self, as_rui):
        begin(as_rui)

        assert 0 <= FieldSurvey.objects.get().drawn["seed"] < 1_000_000

    def test_a_kind_narrows_whom_the_lot_can_fall_on(self, as_rui, year):
        town = UnitYearFactory(
            cycle=year, unit=UnitFactory(name="东坝镇", category=Category.objects.get(code="town"))
        ).unit

        begin(as_rui, kind="town", size=1)

        survey = FieldSurvey.objects.get()
        assert numbers_of(survey) == [town.pk]
        assert survey.drawn["of"] == 1 and survey.drawn["kind"]

    def test_units_are_named_line_by_line(self, as_rui, units):
        begin(as_rui, how="name", units="第3单位\n第1单位")

        survey = FieldSurvey.objects.get()
        assert numbers_of(survey) == [units[3].pk, units[1].pk]
        assert survey.drawn == {}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"size": 7}, "size"),
            ({"size": ""}, "size"),
            ({"size": 0}, "size"),
            ({"size": 201}, "size"),
            ({"seed": -1}, "seed"),
            ({"seed": "abc"}, "seed"),
            ({"kind": "no such kind"}, "kind"),
            ({"town": "x"}, "town"),
            ({"how": "name"}, "units"),
            ({"how": "name", "units": "火星单位"}, "units"),
            ({"how": "dice"}, "how"),
            ({"held_on": "2025-05-29"}, "held_on"),
            ({"held_on": "soon"}, "held_on"),
            ({"title": " "}, "title"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(self, as_rui, wrong, field):
        response = begin(as_rui, **wrong)

        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert not FieldSurvey.objects.exists()


def test_without_an_open_year_there_is_nothing_to_survey(client, rui):
    client.force_login(rui)

    assert client.get(address("field_survey_new")).status_code == 404


def test_a_finding_leads_to_the_next_unit_and_then_back(as_rui, survey):
    first, second = survey.rows.all()

    on = as_rui.post(address("field_finding", first.pk), {**FOUND, "note": "规划上墙", "seen": 0})
    back = as_rui.post(address("field_finding", second.pk), {"note": "无人在岗", "seen": 0})

    first.refresh_from_db()
    assert (first.activity_found, first.note) == ("unusable", "规划上墙")
    assert on.url == address("field_finding", second.pk)
    assert back.url == survey.get_absolute_url()


def test_the_second_of_two_clerks_is_told_what_the_first_wrote(as_rui, survey):
    row = survey.rows.first()
    as_rui.post(address("field_finding", row.pk), {**FOUND, "seen": 0})

    response = as_rui.post(address("field_finding", row.pk), {"note": "另一份", "seen": 0})

    assert response.status_code == 422
    assert "芮安" in response.content.decode()


@pytest.mark.parametrize("wrong", [{"plan_found": "perhaps"}, {"note": "长" * 201}, {"seen": "x"}])
def test_a_wrong_answer_is_said_in_words(as_rui, survey, wrong):
    row = survey.rows.first()

    response = as_rui.post(address("field_finding", row.pk), {**FOUND, "seen": 0, **wrong})

    assert response.status_code == 422
    row.refresh_from_db()
    assert row.plan_found == ""


def test_who_belongs_to_a_unit_writes_nothing_about_it(client, rui, school, survey):
    MembershipFactory(user=rui, role=Role.LIAISON, unit=school)
    own, other = survey.rows.all()
    client.force_login(rui)

    assert client.get(address("field_finding", own.pk)).status_code == 403
    assert client.get(address("field_finding", other.pk)).status_code == 200


def test_the_sheet_shows_the_portals_marks_beside_the_findings(as_rui, survey):
    row = survey.rows.first()
    as_rui.post(address("field_finding", row.pk), {**FOUND, "seen": 0})

    page = as_rui.get(survey.get_absolute_url())

    text = page.content.decode()
    assert "无规划" in text and str(Found.UNUSABLE.label) in text and "pair--differs" in text
    assert page.context["left"] == 1


class TestClosed:
    def close(self, client, survey):
        return client.post(address("field_survey_close", survey.pk), {"version": survey.version}, follow=True)

    @pytest.fixture
    def closed(self, as_rui, survey):
        survey.rows.update(**FOUND, note="规划上墙")
        self.close(as_rui, survey)
        return survey

    def test_it_waits_until_every_unit_is_looked_at(self, as_rui, survey):
        page = self.close(as_rui, survey)

        survey.refresh_from_db()
        assert survey.is_open
        assert "2" in str(next(iter(page.context["messages"])))

    def test_whoever_closes_it_second_is_told_who_was_first(self, client, ou, closed):
        client.force_login(ou)

        response = client.post(address("field_survey_close", closed.pk), {"version": 0})

        assert response.status_code == 409
        assert "芮安" in response.content.decode()

    def test_a_unit_reads_its_own_finding_on_its_page_once_it_is_closed(self, client, lan, school, closed):
        client.force_login(lan)

        text = client.get(school.get_absolute_url()).content.decode()

        assert "规划上墙" in text and closed.title in text
        assert closed.get_absolute_url() not in text

    def test_before_that_it_does_not(self, client, lan, school, survey):
        survey.rows.update(**FOUND, note="规划上墙")
        client.force_login(lan)

        assert "规划上墙" not in client.get(school.get_absolute_url()).content.decode()

    def test_a_unit_reads_nothing_of_the_others(self, client, mei, bank, closed, school):
        closed.rows.filter(unit=school).update(note="只说学校")
        client.force_login(mei)

        assert "只说学校" not in client.get(bank.get_absolute_url()).content.decode()
        assert client.get(closed.get_absolute_url()).status_code == 404

    def test_what_was_found_cannot_be_changed_any_more(self, as_rui, closed):
        assert as_rui.get(address("field_finding", closed.rows.first().pk)).status_code == 403
        assert as_rui.get(address("field_survey_edit", closed.pk)).status_code == 403
        assert as_rui.post(address("field_survey_delete", closed.pk)).status_code == 403


def test_title_and_day_are_corrected_and_the_sample_stays(as_rui, survey):
    before = numbers_of(survey)
    said = {"title": "六月调研", "held_on": "2026-06-30", "surveyors": "欧阳明", "seen": 0}

    as_rui.post(address("field_survey_edit", survey.pk), said)

    survey.refresh_from_db()
    assert (survey.title, survey.surveyors, numbers_of(survey)) == ("六月调研", "欧阳明", before)
    assert as_rui.post(address("field_survey_edit", survey.pk), {**said, "title": ""}).status_code == 422


def test_a_survey_begun_by_mistake_is_thrown_away(as_rui, survey):
    as_rui.post(address("field_survey_delete", survey.pk))

    assert not FieldSurvey.objects.exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("which", ["list", "sheet"])
def test_the_list_and_the_sheet_are_taken_out(as_rui, survey, kind, which):
    survey.rows.update(**FOUND)
    place = address("field_surveys") if which == "list" else survey.get_absolute_url()

    content = b"".join(as_rui.post(place, {"format": kind}).streaming_content)

    if kind == "csv":
        wanted = survey.title if which == "list" else str(Found.UNUSABLE.label)
        assert wanted in content.decode("utf-8-sig")
    assert TrailEvent.objects.filter(verb="export").count() == 1


def test_the_list_is_narrowed_and_says_why_it_is_empty(as_rui, survey):
    FieldSurveyFactory(cycle=survey.cycle, title="另一次", closed=True)

    def titles(**query):
        return [one.title for one in as_rui.get(address("field_surveys"), query).context["page"]]

    assert titles(status="closed") == ["另一次"]
    assert titles(q=survey.title) == [survey.title]
    assert titles(q="没有的", status="x") == []


@pytest.mark.parametrize("reader", ["shen", "lin"])
def test_who_reads_everything_reads_it_and_writes_nothing(client, request, survey, reader):
    client.force_login(request.getfixturevalue(reader))

    text = client.get(survey.get_absolute_url()).content.decode()

    assert address("field_finding", survey.rows.first().pk) not in text
    assert client.get(address("field_survey_new")).status_code == 403


def asked(client, place):
    client.get(place)
    with CaptureQueriesContext(connection) as queries:
        client.get(place)
    return len(queries)


def test_the_pages_ask_as_often_for_many_as_for_one(as_rui, year, school):
    UnitYearFactory(cycle=year, unit=school)
    survey = FieldSurveyFactory(cycle=year, units=[school])
    places = [address("field_surveys"), survey.get_absolute_url(), school.get_absolute_url()]
    of_one = [asked(as_rui, place) for place in places]

    for number in range(2, 51):
        unit = UnitYearFactory(cycle=year).unit
        SurveyedUnitFactory(survey=survey, unit=unit, number=number)
    FieldSurveyFactory.create_batch(49, cycle=year)

    assert [asked(as_rui, place) for place in places] == of_one
    assert of_one[0] <= 8 and of_one[1] <= 10
