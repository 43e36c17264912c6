"""The score grid: units down, indicators across, each cell saved for itself or the page with one button."""

import io
from decimal import Decimal as D

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.actions import grid, score
from assessments.models import ScoreLine, ScoreSheet
from tests.factories import (
    ClaimFactory,
    ConflictFactory,
    EntryFactory,
    IndicatorFactory,
    StandardFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Category, TrailEvent

GRID = "/scores/grid/"


@pytest.fixture(autouse=True)
def in_the_ids_language(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def sheets(year, school, bank):
    """Sheets of the school, which has a window, and of the bank, by unit."""
    UnitYearFactory(cycle=year, unit=school, has_window=True)
    UnitYearFactory(cycle=year, unit=bank)
    IndicatorFactory(
        standard=year.standard,
        parent=year.standard.indicators.get(code="A"),
        code="A6",
        method="S",
        applies="window",
    )
    score.open_sheets(year)
    return {sheet.unit: sheet for sheet in ScoreSheet.objects.all()}


@pytest.fixture
def item(year, sheets):
    """An indicator whose value is seen on site, 4 points at most."""
    return year.standard.indicators.get(code="A2")


def cells(client, **query):
    """Every cell of the page, by unit and code."""
    response = client.get(GRID, query)
    assert response.status_code == 200
    return cells_of(response)


def cells_of(response):
    return {
        (row.sheet.unit, cell.indicator.code): cell for row in response.context["rows"] for cell in row.cells
    }


def keep(client, sheet, item, value, basis="检查", seen=""):
    address = reverse("assessments:sheet_keep", args=[sheet.pk, item.pk])
    return client.post(address, {"value": value, "basis": basis, "seen": seen})


# The page


def test_cells_hold_the_values_and_say_why_others_take_none(client, rui, year, sheets, school, bank, item):
    score.set_value(sheets[bank], item, D("3.5"), "检查 10-22", by=rui)
    entry = EntryFactory(cycle=year, unit=bank, accepted=True)
    ClaimFactory(entry=entry, indicator=year.standard.indicators.get(code="A1"), points=D("2.5"))
    client.force_login(rui)

    found = cells(client)

    assert (found[bank, "A2"].text, found[bank, "A2"].why) == ("3.5", "")
    assert (found[school, "A2"].text, found[school, "A2"].why) == ("", "")
    assert found[bank, "A1"].text == "2.5"
    assert "ledger" in found[bank, "A1"].why
    assert "window" in found[bank, "A6"].why
    assert not found[school, "A6"].why


def test_a_conflict_of_interest_leaves_the_row_plain_with_the_ground(client, rui, sheets, school, bank):
    ConflictFactory(person=rui, unit=bank)
    client.force_login(rui)

    response = client.get(GRID)

    found, page = cells_of(response), response.content.decode()
    assert "conflict of interest" in found[bank, "A2"].why
    assert f"cell-{found[school, 'A2'].key}" in page
    assert f"cell-{found[bank, 'A2'].key}" not in page


@pytest.mark.parametrize("who", ["shen", "rui", "ou"])
@pytest.mark.parametrize("status", ["open", "closed"])
def test_a_cell_is_a_field_just_where_the_permission_says_so(
    client, request, year, sheets, bank, who, status
):
    user = request.getfixturevalue(who)
    ConflictFactory(person=user, unit=bank)
    type(year).objects.filter(pk=year.pk).update(status=status)
    client.force_login(user)

    for (unit, code), cell in cells(client).items():
        sheet = ScoreSheet.objects.get(pk=sheets[unit].pk)
        takes = code in {"A2", "A3", "A4", "A5"} or (code == "A6" and sheet.unit_year.has_window)
        assert (not cell.why) == (takes and user.has_perm("assessments.set_value", sheet))


def test_those_who_may_not_list_scores_do_not_see_the_grid(client, lan, sheets):
    client.force_login(lan)

    assert client.get(GRID).status_code == 403
    assert client.post(GRID).status_code == 403


def test_before_there_is_a_year_the_page_says_so(client, rui):
    client.force_login(rui)

    assert client.get(GRID).status_code == 200
    assert client.post(f"{GRID}paste/").status_code == 404


def test_the_scores_lead_to_the_grid(client, rui, sheets):
    client.force_login(rui)

    assert GRID in client.get(reverse("assessments:sheets")).content.decode()


def test_rows_are_narrowed_by_kind_supervisor_name_and_what_is_missing(client, rui, year, sheets, item):
    head = UnitFactory(name="云泽县教育局")
    town = UnitFactory(name="云泽县平湖镇", supervisor=head, category=Category.objects.get(code="town"))
    UnitYearFactory(cycle=year, unit=town)
    score.open_sheets(year)
    ScoreSheet.objects.filter(unit_year__unit=town).update(unset_count=0)
    client.force_login(rui)

    def names(**query):
        return {unit.name for unit, _code in cells(client, **query)}

    assert names(kind="town") == names(supervisor=head.pk) == names(q="平湖") == {town.name}
    assert town.name not in names(missing="on")
    assert len(names(supervisor="x", kind="y", group="Z")) == 3


def test_the_group_of_the_standard_is_in_the_address(client, rui, year, sheets, bank):
    group = IndicatorFactory(
        standard=year.standard, parent=None, code="B", name="诚信", method="", maximum=10
    )
    IndicatorFactory(standard=year.standard, parent=group, code="B1", method="D")
    ledger_only = IndicatorFactory(standard=year.standard, parent=None, code="C", method="", maximum=10)
    IndicatorFactory(standard=year.standard, parent=ledger_only, code="C1")
    client.force_login(rui)

    response = client.get(GRID, {"group": "B"})

    assert {code for _unit, code in cells_of(response)} == {"B1"}
    assert [one.head.code for one in response.context["groups"]] == ["A", "B"]


def test_a_filter_asked_by_htmx_brings_the_export_of_just_that_view(client, rui, sheets, bank):
    client.force_login(rui)

    part = client.get(GRID, {"q": "农商"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert bank.name in part
    assert f'action="{reverse("assessments:values_export")}?q=%E5%86%9C%E5%95%86&amp;group=A"' in part


@pytest.mark.parametrize("columns", [1, 5, 20, 200])
def test_a_page_is_never_more_than_one_form_can_send(settings, columns):
    group = grid.Group(None, (None,) * columns)

    fields = group.rows_per_page * 3 * columns + columns

    assert 1 <= group.rows_per_page <= 50
    assert fields < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_pages_follow_the_office_order_and_show_every_unit_once(client, rui, year, monkeypatch):
    monkeypatch.setattr("assessments.actions.grid.ROWS", 2)
    units = [UnitFactory(sort_order=order) for order in (3, 1, 2, 1, 5)]
    for unit in units:
        UnitYearFactory(cycle=year, unit=unit)
    score.open_sheets(year)
    client.force_login(rui)

    seen, query = [], ""
    for _page in range(3):
        page = client.get(f"{GRID}?{query}").context["page"]
        seen += [sheet.unit for sheet in page]
        query = page.next_query

    assert seen == [units[1], units[3], units[2], units[0], units[4]]
    assert query == ""


@pytest.mark.parametrize("silly", ["x,1", "1,x", "99999999999999999999,1", "-1,2", ","])
def test_an_address_that_makes_no_sense_shows_rows(client, rui, sheets, silly):
    client.force_login(rui)

    assert client.get(GRID, {"after": silly}).status_code == 200


@pytest.mark.parametrize("units", [1, 5, 50])
def test_the_grid_costs_the_same_queries_however_many_units(
    client, rui, year, units, django_assert_num_queries
):
    UnitYearFactory.create_batch(units, cycle=year)
    score.open_sheets(year)
    item = year.standard.indicators.get(code="A2")
    for sheet in ScoreSheet.objects.all()[:5]:
        score.set_value(sheet, item, 1, "检查", by=rui)
    client.force_login(rui)
    client.get(GRID)

    with django_assert_num_queries(11):
        client.get(GRID)


# One cell


def test_a_cell_is_saved_and_answers_how_it_stands(client, rui, sheets, bank, item):
    client.force_login(rui)

    answer = keep(client, sheets[bank], item, "３.５")

    assert answer.status_code == 200
    line = ScoreLine.objects.get()
    assert (line.value, line.basis, line.by) == (D("3.5"), "检查", rui)
    assert answer.json()["text"] == "3.5"
    assert answer.json()["seen"] == "3.50 检查"
    assert answer.json()["unset"] == 3
    [event] = TrailEvent.objects.about(sheets[bank])
    assert (event.verb, event.by) == ("set_value", rui)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("abc", "is not a number"),
        ("1.234", "two decimals"),
        ("4.01", "0 to 4"),
        ("-1", "0 to 4"),
        ("3,5", "as a point"),
        ("３，５", "as a point"),
        ("", "not assessed"),
        ("不适用", "window"),
        ("1_0", "is not a number"),
        ("NaN", "is not a number"),
        ("9" * 400, "is not a number"),
    ],
)
def test_what_is_no_value_is_refused_with_a_sentence(client, rui, sheets, bank, item, value, sentence):
    client.force_login(rui)

    answer = keep(client, sheets[bank], item, value)

    assert answer.status_code == 422
    assert sentence in answer.json()["error"]
    assert not ScoreLine.objects.exists()


@pytest.mark.parametrize("text", ["3.5", "３．５", "3。5", " 3.50 "])
def test_a_number_is_read_however_it_is_typed(client, rui, sheets, bank, item, text):
    client.force_login(rui)

    assert keep(client, sheets[bank], item, text).json()["text"] == "3.5"


def test_a_value_without_any_basis_is_refused_and_a_corrected_one_keeps_its_basis(
    client, rui, sheets, bank, item
):
    client.force_login(rui)

    assert keep(client, sheets[bank], item, "3", basis=" ").status_code == 422
    assert keep(client, sheets[bank], item, "3", basis="长" * 301).status_code == 422
    keep(client, sheets[bank], item, "3", basis="检查")
    keep(client, sheets[bank], item, "3.5", basis="", seen="3.00 检查")

    assert (ScoreLine.objects.get().value, ScoreLine.objects.get().basis) == (D("3.5"), "检查")


@pytest.mark.parametrize("word", ["未评", "not assessed"])
def test_the_word_takes_a_value_back(client, rui, sheets, bank, item, word):
    score.set_value(sheets[bank], item, 3, "检查", by=rui)
    client.force_login(rui)

    answer = keep(client, sheets[bank], item, word, seen="3.00 检查")

    assert (answer.status_code, answer.json()["text"]) == (200, "")
    assert not ScoreLine.objects.exists()


def test_a_value_that_somebody_else_entered_meanwhile_is_told_and_stays(client, rui, ou, sheets, bank, item):
    score.set_value(sheets[bank], item, 3, "抽查", by=ou)
    client.force_login(rui)

    answer = keep(client, sheets[bank], item, "2")

    assert answer.status_code == 409
    assert ou.name in answer.json()["error"]
    assert answer.json()["theirs"]["seen"] == "3.00 抽查"
    assert ScoreLine.objects.get().value == 3
    assert keep(client, sheets[bank], item, "2", seen="3.00 抽查").status_code == 200


def test_what_is_not_ones_own_to_enter_is_refused(client, rui, lan, mei, year, sheets, bank, item):
    ConflictFactory(person=rui, unit=bank)
    for user, status in [(rui, 403), (mei, 403), (lan, 404)]:
        client.force_login(user)
        assert keep(client, sheets[bank], item, "3").status_code == status
    assert not ScoreLine.objects.exists()


def test_an_indicator_of_another_edition_or_of_the_ledger_takes_nothing(client, rui, year, sheets, bank):
    other = IndicatorFactory(standard=StandardFactory(year=2031), method="S")
    client.force_login(rui)

    assert keep(client, sheets[bank], other, "3").status_code == 404
    assert keep(client, sheets[bank], year.standard.indicators.get(code="A1"), "3").status_code == 422


# The page as a form


def send(client, *typed, **more):
    """Save the page: (sheet, indicator, text, seen) of each cell."""
    sent = dict(more)
    for sheet, item, text, seen in typed:
        sent |= {f"cell-{sheet.pk}-{item.pk}": text, f"seen-{sheet.pk}-{item.pk}": seen}
    return client.post(GRID, sent)


def test_the_button_saves_what_was_typed_and_says_of_the_rest_why_not(
    client, rui, ou, year, sheets, school, bank, item
):
    other = year.standard.indicators.get(code="A3")
    score.set_value(sheets[school], item, 2, "原有", by=ou)
    client.force_login(rui)

    response = send(
        client,
        (sheets[school], item, "2", "2.00 原有"),
        (sheets[bank], item, "3.5", ""),
        (sheets[school], other, "9", ""),
        (sheets[bank], other, "", ""),
        **{f"basis-{item.pk}": "检查", f"basis-{other.pk}": "问卷"},
    )

    assert response.status_code == 422
    assert {(line.sheet.unit, line.basis) for line in ScoreLine.objects.all()} == {
        (school, "原有"),
        (bank, "检查"),
    }
    cell = cells_of(response)[school, "A3"]
    assert cell.typed == "9"
    assert cell.error
    assert "问卷" in response.content.decode()
    [event] = TrailEvent.objects.about(sheets[bank])
    assert event.verb == "set_values"
    assert event.changes["A2"] == ["", "3.5"]


def test_the_button_overwrites_nothing_unseen(client, rui, ou, sheets, bank, item):
    score.set_value(sheets[bank], item, 3, "抽查", by=ou)
    client.force_login(rui)

    response = send(client, (sheets[bank], item, "2", ""), **{f"basis-{item.pk}": "检查"})

    assert ou.name in cells_of(response)[bank, "A2"].error
    assert ScoreLine.objects.get().value == 3


def test_what_is_sent_once_more_keeps_the_basis_it_was_typed_with(client, rui, ou, sheets, bank, item):
    score.set_value(sheets[bank], item, 3, "抽查", by=ou)
    client.force_login(rui)

    refused = send(client, (sheets[bank], item, "2", "1.00 检查"))
    given = cells_of(refused)[bank, "A2"].given
    send(client, (sheets[bank], item, "2", "3.00 抽查"), **{f"given-{sheets[bank].pk}-{item.pk}": given})

    assert f"given-{sheets[bank].pk}-{item.pk}" in refused.content.decode()
    assert (ScoreLine.objects.get().value, ScoreLine.objects.get().basis) == (2, "检查")


def test_the_button_saves_nothing_for_a_unit_one_keeps_away_from(client, rui, sheets, school, bank, item):
    ConflictFactory(person=rui, unit=bank)
    client.force_login(rui)

    send(
        client, (sheets[bank], item, "2", ""), (sheets[school], item, "1", ""), **{f"basis-{item.pk}": "检查"}
    )

    assert ScoreLine.objects.get().sheet == sheets[school]


def test_a_page_that_was_saved_leads_back_to_the_same_view(client, rui, sheets, bank, item):
    client.force_login(rui)
    sent = {f"cell-{sheets[bank].pk}-{item.pk}": "2", f"basis-{item.pk}": "检查"}

    response = client.post(f"{GRID}?q=农商&group=A", sent)

    assert response.url.startswith(GRID)
    assert "group=A" in response.url
    assert client.post(GRID).url == GRID


@pytest.mark.parametrize("spelling", ["cell-{}-0{}", "cell-0{}-{}", "cell-{}-{}-1"])
def test_a_cell_named_in_two_ways_is_read_once(client, rui, sheets, bank, item, spelling):
    client.force_login(rui)
    odd = {spelling.format(sheets[bank].pk, item.pk): "1"}

    response = send(client, (sheets[bank], item, "2", ""), **odd, **{f"basis-{item.pk}": "检查"})

    assert response.status_code == 302
    assert ScoreLine.objects.get().value == 2


def test_in_a_closed_year_the_button_saves_nothing(client, rui, year, sheets, bank, item):
    type(year).objects.filter(pk=year.pk).update(status="closed")
    client.force_login(rui)

    response = send(client, (sheets[bank], item, "2", ""), **{f"basis-{item.pk}": "检查"})

    assert response.status_code == 422
    assert not ScoreLine.objects.exists()


@pytest.mark.parametrize(
    "name", ["cell-", "cell-1", "cell-x-y", "cell-1-2-3", "cell-²-1", f"cell-{10**17}-1"]
)
def test_a_field_that_was_made_up_saves_nothing(client, rui, sheets, name):
    client.force_login(rui)

    assert client.post(GRID, {name: "3", "basis-1": "x"}).status_code in (302, 422)
    assert not ScoreLine.objects.exists()


# A block from a spreadsheet


def paste(client, sheet, item, block, basis="", **query):
    columns = {name: query.pop(name) for name in list(query) if name.startswith("basis-")}
    sent = {"block": block, "sheet": sheet.pk, "indicator": item.pk, "basis": basis, **columns}
    return client.post(f"{GRID}paste/", sent, query_params=query, follow=True)


def confirm(client, page):
    return client.post(reverse("assessments:values_apply"), page.context["form"].initial, follow=True)


def test_a_block_is_previewed_and_then_taken_over(client, rui, year, sheets, school, bank, item):
    score.set_value(sheets[school], item, 2, "原有", by=rui)
    client.force_login(rui)

    page = paste(client, sheets[school], item, "2\t1\n3.5\t未评\tx\n\n", basis="检查")
    preview = page.context["preview"]

    assert [(change.sheet.unit, change.target.code, change.value) for change in preview.changes] == [
        (school, "A3", 1),
        (bank, "A2", D("3.5")),
    ]
    assert [(fault.place.row, fault.place.column, fault.unit) for fault in preview.faults] == [
        (2, "C", bank.name)
    ]
    assert ScoreLine.objects.count() == 1

    after = confirm(client, page)

    assert after.redirect_chain[-1][0].startswith(GRID)
    assert ScoreLine.objects.count() == 3
    assert TrailEvent.objects.about(sheets[bank]).last().verb == "set_values"


def test_a_block_without_a_basis_can_be_given_one_in_the_preview(client, rui, sheets, bank, item):
    client.force_login(rui)

    page = paste(client, sheets[bank], item, "3")
    assert [len(page.context["preview"].changes), len(page.context["preview"].faults)] == [0, 1]
    token = page.context["form"].initial["token"]
    page = client.get(reverse("assessments:values_preview"), {"token": token, "basis": "检查"})
    confirm(client, page)

    assert ScoreLine.objects.get().basis == "检查"


def test_a_pasted_value_keeps_its_basis_like_a_typed_one(client, rui, year, sheets, school, bank, item):
    score.set_value(sheets[school], item, 2, "原有", by=rui)
    other = year.standard.indicators.get(code="A3")
    score.set_value(sheets[school], other, 1, "旧", by=rui)
    score.set_value(sheets[bank], other, 2, "不变", by=rui)
    client.force_login(rui)

    page = paste(client, sheets[school], item, "3\t2\n1\t2", **{f"basis-{other.pk}": "问卷"})
    preview = page.context["preview"]
    filled = client.get(
        reverse("assessments:values_preview"),
        {"token": page.context["form"].initial["token"], "basis": "检查"},
    )

    assert [(change.target.code, change.basis) for change in preview.changes] == [
        ("A2", "原有"),
        ("A3", "问卷"),
    ]
    # Only what has none is asked for one; what stays the same is no change.
    assert [(fault.unit, fault.value) for fault in preview.faults] == [(bank.name, "1")]
    assert preview.same == 1
    assert [change.basis for change in filled.context["preview"].changes] == ["原有", "问卷", "检查"]


def test_an_empty_cell_of_a_block_changes_nothing_below_a_basis(client, rui, sheets, bank, item):
    client.force_login(rui)

    page = paste(client, sheets[bank], item, "-\t2", **{f"basis-{item.pk}": "检查"}, basis="问卷")

    assert [change.target.code for change in page.context["preview"].changes] == ["A3"]
    assert page.context["preview"].faults == []


def test_a_pasted_block_is_taken_back_with_one_click(client, rui, sheets, school, bank, item):
    score.set_value(sheets[school], item, 2, "原有", by=rui)
    client.force_login(rui)
    after = confirm(client, paste(client, sheets[school], item, "3\t1\n3.5", basis="检查"))
    assert after.context["undoable"]["count"] == 3

    back = client.post(reverse("assessments:values_undo"), follow=True)

    line = ScoreLine.objects.get()
    assert (line.sheet, line.value, line.basis) == (sheets[school], 2, "原有")
    assert back.context["undoable"] is None
    assert back.redirect_chain[-1][0].startswith(GRID)
    assert TrailEvent.objects.about(sheets[bank]).last().verb == "set_values"
    # A second click finds nothing.
    assert client.post(reverse("assessments:values_undo")).status_code == 302
    assert ScoreLine.objects.count() == 1


def test_taking_a_block_back_leaves_what_somebody_changed_since_and_says_so(
    client, rui, ou, sheets, school, bank, item, in_english
):
    client.force_login(rui)
    confirm(client, paste(client, sheets[school], item, "3\n3.5", basis="检查"))
    score.set_value(sheets[bank], item, 1, "抽查", by=ou)

    back = client.post(reverse("assessments:values_undo"), follow=True)

    assert ScoreLine.objects.get().basis == "抽查"
    done, refused = map(str, back.context["messages"])
    assert done == "1 value is as before."
    assert bank.name in refused and ou.name in refused and "A2" in refused


def test_a_block_taken_back_in_a_closed_year_stays(client, rui, year, sheets, bank, item):
    client.force_login(rui)
    confirm(client, paste(client, sheets[bank], item, "3", basis="检查"))
    year.status = "closed"
    year.save()

    client.post(reverse("assessments:values_undo"))

    assert ScoreLine.objects.get().value == 3


def test_a_block_that_is_too_long_or_too_wide_says_so(client, rui, year, sheets, school, bank, item):
    last = year.standard.indicators.get(code="A6")
    client.force_login(rui)

    page = paste(client, sheets[bank], last, "1\t2\n3", basis="检查")

    assert not page.context["preview"].changes
    assert len({fault.reason for fault in page.context["preview"].faults}) == 3


def test_a_block_overwrites_nothing_that_changed_since_the_preview(client, rui, ou, sheets, bank, item):
    client.force_login(rui)
    page = paste(client, sheets[bank], item, "3", basis="检查")

    score.set_value(sheets[bank], item, 1, "抽查", by=ou)
    after = confirm(client, page)

    assert ScoreLine.objects.get().value == 1
    assert after.context["preview"].changes[0].line.value == 1


@pytest.mark.parametrize("block", ["", " \n\t\n", '"1\x00'])
def test_a_text_that_is_no_block_is_refused_at_its_field(client, rui, sheets, bank, item, block):
    client.force_login(rui)

    response = paste(client, sheets[bank], item, block)

    assert response.status_code == 422
    assert response.context["paste_form"].errors["block"]


@pytest.mark.parametrize(
    "block", ["\t" * 20_000 + "3", "\t" * grid.BLOCK_COLUMNS + "3", "\n" * grid.BLOCK_ROWS + "3"]
)
def test_a_block_larger_than_values_can_be_is_refused_at_its_field(client, rui, sheets, bank, item, block):
    client.force_login(rui)

    response = paste(client, sheets[bank], item, block)

    assert response.status_code == 422
    assert "Copy only the cells with the points" in response.context["paste_form"].errors["block"][0]


def test_a_row_that_was_copied_whole_counts_up_to_its_last_value(client, rui, sheets, bank, item):
    client.force_login(rui)

    page = paste(client, sheets[bank], item, "3" + "\t" * 16_383, basis="检查")

    assert [change.value for change in page.context["preview"].changes] == [3]


def test_a_block_is_pasted_only_where_the_page_has_a_place_for_it(client, rui, lan, sheets, bank, item):
    client.force_login(rui)
    assert paste(client, sheets[bank], item, "3", q="第一小学").context["paste_form"].errors["sheet"]

    client.force_login(lan)
    assert client.post(f"{GRID}paste/").status_code == 403


# The view as a workbook


def test_the_workbook_holds_just_the_view(client, rui, year, sheets, bank):
    group = IndicatorFactory(standard=year.standard, parent=None, code="B", method="", maximum=10)
    IndicatorFactory(standard=year.standard, parent=group, code="B1", method="D")
    client.force_login(rui)

    response = client.post(f"{reverse('assessments:values_export')}?q=农商&group=A")

    book = load_workbook(io.BytesIO(response.content))
    assert "departments" in book.sheetnames
    assert "Bonus and deductions" not in book.sheetnames
    for sheet in book.worksheets[:-1]:
        assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [bank.name]
        assert not [cell.value for cell in sheet[1] if str(cell.value).startswith("B1")]
    assert "农商" in TrailEvent.objects.about(year).get(verb="export").note
