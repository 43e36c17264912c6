"""A long list is read in parts: watched, stopped, taken up again."""

import pytest

from tests.units.lists import SAMPLE, unit_row, workbook
from units.actions import intake
from units.actions.move import MoveNotAllowed
from units.models import ImportBatch, ImportRow, TrailEvent, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_parts(monkeypatch):
    """Lists of more than five rows are long, and a part has seven."""
    monkeypatch.setattr(intake, "AT_ONCE", 5)
    monkeypatch.setattr(intake, "PART", 7)


def read_through(batch, by):
    seen = [batch.done]
    while batch.is_reading:
        batch = intake.advance(batch, by=by)
        seen.append(batch.done)
    return batch, seen


def verdicts(batch):
    return list(
        batch.rows.order_by("pk").values_list(
            "sheet", "number", "verdict", "name", "problems", "values", "changes"
        )
    )


def test_a_short_list_is_previewed_at_once(admin):
    batch = intake.begin(workbook(unit_row("县水利局", 1)), "名册.xlsx", by=admin)

    assert (batch.status, batch.tally["new"], batch.done) == ("previewed", 1, batch.total)


def test_a_long_list_is_read_part_by_part(admin, in_parts):
    rows = [unit_row(f"县第{number}局", number) for number in range(1, 21)]
    batch = intake.begin(workbook(*rows), "名册.xlsx", by=admin)
    assert (batch.status, batch.total, batch.rows.count()) == ("reading", 22, 0)

    batch, seen = read_through(batch, admin)

    assert seen == [0, 7, 14, 22, 22]
    assert (batch.status, batch.tally["new"], batch.row_count) == ("previewed", 20, 22)
    assert [event.verb for event in TrailEvent.objects.about(batch)] == ["begin", "preview"]
    assert not Unit.objects.exists()


def test_reading_in_parts_finds_the_same_as_reading_at_once(admin, in_parts):
    content = SAMPLE.read_bytes()
    whole = intake.preview(content, SAMPLE.name, by=admin)

    batch, _seen = read_through(intake.begin(content, SAMPLE.name, by=admin), admin)

    assert verdicts(batch) == verdicts(whole)
    assert batch.tally == whole.tally
    assert batch.row_count == batch.rows.count()


def test_a_list_that_was_read_in_parts_is_applied_like_any_other(admin, in_parts):
    batch, _seen = read_through(intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin), admin)

    batch = intake.apply(batch, by=admin)

    assert Unit.objects.participating().count() == batch.writable_count == 123


def test_one_step_more_than_there_are_changes_nothing(admin, in_parts):
    batch, _seen = read_through(intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin), admin)

    again = intake.advance(batch, by=admin)

    assert (again.version, again.status) == (batch.version, "previewed")


def test_stopping_forgets_what_was_read(admin, in_parts):
    batch = intake.advance(intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin), by=admin)

    batch = intake.discard(batch, by=admin)

    assert batch.status == "discarded"
    assert not ImportRow.objects.exists()
    with pytest.raises(MoveNotAllowed):
        intake.apply(batch, by=admin)


def test_what_is_still_being_read_cannot_be_applied(admin, in_parts):
    batch = intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin)

    with pytest.raises(MoveNotAllowed):
        intake.apply(batch, by=admin)


def test_a_long_file_without_a_row_is_refused_in_the_end(admin, in_parts):
    batch = intake.begin(workbook(*[["合计"]] * 9), "名册.xlsx", by=admin)

    with pytest.raises(intake.TableRefused):
        read_through(batch, admin)

    assert ImportBatch.objects.get().status == "reading"
