"""The county's own list, as it is: exactly what is written down beside it."""

import pytest

from tests.units.lists import DATA, EXPECTED, SAMPLE
from units.actions import intake
from units.actions.intake import report
from units.models import TrailEvent, Unit, UnitName

pytestmark = pytest.mark.django_db

LISTS = ("duplicates", "suspected", "errors", "warnings", "skipped")


def look(path):
    seen = intake.look(path.read_bytes(), path.name)
    return report.of(seen.rows, seen.layouts)


@pytest.fixture
def applied(admin):
    batch = intake.preview(SAMPLE.read_bytes(), SAMPLE.name, by=admin)
    return intake.apply(batch, by=admin)


@pytest.mark.parametrize("path", [SAMPLE, SAMPLE.with_suffix(".xls")], ids=["xlsx", "xls"])
def test_the_list_gives_exactly_what_is_expected(path):
    found = look(path)

    assert {name: found[name] for name in ("new", "update", "same")} == {"new": 123, "update": 0, "same": 0}
    for name in LISTS:
        assert found[name] == EXPECTED[name]
    # Colors and comments can be told of the newer format only.
    marked = ["filled rows", "commented rows"] * 3 if path == SAMPLE else []
    assert [remark["reason"] for remark in found["remarks"]] == ["hidden sheet", *marked]
    assert not Unit.objects.exists()


@pytest.mark.parametrize("sheet", EXPECTED["sheets"])
def test_a_sheet_saved_as_text_gives_the_same(sheet):
    found = look(DATA / f"units-云泽县-{sheet}.csv")

    of_sheet = {name: [place | {"sheet": None} for place in found[name]] for name in LISTS}
    expected = {
        name: [place | {"sheet": None} for place in EXPECTED[name] if place["sheet"] == sheet]
        for name in LISTS
    }
    assert found["new"] == EXPECTED["sheets"][sheet]["new"]
    assert of_sheet == expected


def test_applying_writes_the_units_and_the_bodies_above_them(applied):
    outside = Unit.objects.filter(participation="outside")

    assert Unit.objects.participating().count() == applied.writable_count == 123
    assert set(outside.values_list("name", flat=True)) == {"县人民政府", "县国资办"}
    assert list(Unit.objects.participating().values_list("name", flat=True)[:2]) == [
        "云泽县人民政府办公室",
        "云泽县发展和改革委员会",
    ]


def test_cells_arrive_cleaned(applied):
    police = Unit.objects.get(name="县公安局")
    school = Unit.objects.get(name="县第一中学")
    village = Unit.objects.get(name="新民镇胜利村")

    assert (police.mobile, police.headcount, police.has_window) == ("13900005697 / 13900001797", "≈20", True)
    assert (school.supervisor.name, school.category.code) == ("云泽县教育局", "campus")
    assert (village.supervisor, village.town.name) == (village.town, "新民镇")
    assert Unit.objects.get(name="县审计局").uscc == "11999901BE4MDEK8LE"
    assert Unit.objects.get(name="云泽县财政局").mobile == ""
    assert Unit.objects.get(name="县农业农村局").mobile == "13900007100"
    assert "2020年县文明单位" in Unit.objects.get(name="县司法局").honors_text


def test_every_unit_begins_its_history(applied, admin):
    unit = Unit.objects.get(name="县水利局")

    [event] = TrailEvent.objects.about(unit)

    assert (event.verb, event.by, event.note) == ("import", admin, SAMPLE.name)


def test_the_same_list_again_changes_nothing(applied, admin):
    lines = TrailEvent.objects.filter(verb="import").count()

    again = intake.take_in(SAMPLE.read_bytes(), SAMPLE.name, by=admin)

    assert {verdict: count for verdict, count in again.tally.items() if count} == {
        "same": 123, "duplicate": 3, "error": 1, "skipped": 25, "noted": 5,
    }  # fmt: skip
    assert TrailEvent.objects.filter(verb="import").count() == lines
    assert Unit.objects.count() == 125


def test_undoing_leaves_no_unit_and_all_history(applied, admin):
    lines = TrailEvent.objects.count()

    intake.undo(applied, by=admin)

    assert not Unit.objects.exists() and not UnitName.objects.exists()
    assert TrailEvent.objects.filter(verb="undo_import").count() == 125
    assert TrailEvent.objects.count() == lines + 125 + 1
    assert intake.preview(SAMPLE.read_bytes(), SAMPLE.name, by=admin).tally["new"] == 123
