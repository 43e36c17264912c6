"""What an indicator asks of a record: counted while it is written, declared, and seen by the reviewer."""

from datetime import date

import pytest

from assessments.actions import ledger, recipe, review
from assessments.models import Indicator, LedgerEntry
from tests.factories import ClaimFactory, EntryFactory, EvidenceFactory
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent


@pytest.fixture
def entry(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, held_on=date(2026, 5, 1))
    ClaimFactory(entry=entry)
    return entry


def asking(entry, **asked):
    """The entry with such a recipe at its one indicator."""
    Indicator.objects.filter(claims__entry=entry).update(recipe=asked)
    return LedgerEntry.objects.get(pk=entry.pk)


def checks(entry):
    return [check.is_met for one in recipe.of(entry) for check in one.checks]


@pytest.mark.parametrize(
    ("asked", "told", "is_met"),
    [
        ({"words_at_most": 4}, {"text": "三 十\n人参"}, True),
        ({"words_at_most": 4}, {"text": "三十人参加"}, False),
        ({"words_at_least": 5}, {"text": "三十人参加"}, True),
        ({"words_at_least": 6}, {"text": "三十人参加"}, False),
        ({"document_number": True}, {"text": "印发局发〔2026〕5号"}, True),
        ({"document_number": True}, {"title": "落实局发[2026] 5 号"}, True),
        ({"document_number": True}, {"text": "印发方案"}, False),
        ({"from": "05-01"}, {}, True),
        ({"from": "05-02"}, {}, False),
        ({"until": "05-01"}, {}, True),
        ({"until": "04-30"}, {}, False),
        ({"until": "04-30"}, {"held_on": None}, False),
        ({"files_at_least": 1, "links_count": True}, {"links": "https://example.cn/a"}, True),
        ({"files_at_least": 1}, {"links": "https://example.cn/a"}, False),
    ],
)
def test_what_can_be_counted_is_checked(entry, asked, told, is_met):
    entry = asking(entry, **asked)
    for name, value in told.items():
        setattr(entry, name, value)

    assert checks(entry) == [is_met]


def test_photos_and_files_are_counted_each_by_its_kind(entry):
    EvidenceFactory(entry=entry)
    EvidenceFactory(entry=entry, kind="pdf")

    assert checks(asking(entry, files_at_least=2, photos_at_least=2)) == [True, False]


@pytest.mark.parametrize("asked", [{}, {"files_at_least": 0, "must_show": []}])
def test_a_recipe_that_asks_nothing_is_not_shown(entry, asked):
    assert recipe.of(asking(entry, **asked)) == []


def test_what_is_open_holds_nothing_back(entry, lan):
    entry = asking(entry, files_at_least=9, must_show=["单位名称"])

    assert recipe.open_count(recipe.of(entry)) == 2
    assert ledger.submit(entry, by=lan).status == "submitted"


def test_the_unit_declares_what_is_asked_and_nothing_else(entry, lan):
    entry = asking(entry, must_show=["单位名称", "横幅"])
    claim = entry.claims.get()

    recipe.declare(entry, {claim.pk: ["横幅", "黄金"], 999: ["横幅"]}, by=lan)

    claim.refresh_from_db()
    assert claim.declared == ["横幅"]
    assert TrailEvent.objects.about(entry).get().changes == {"declared": [[], ["横幅"]]}


def test_saying_the_same_again_leaves_no_line(entry, lan):
    entry = asking(entry, must_show=["横幅"])
    for _time in range(2):
        recipe.declare(entry, {entry.claims.get().pk: ["横幅"]}, by=lan)

    assert TrailEvent.objects.about(entry).count() == 1


def test_what_is_handed_in_is_not_declared_any_more(entry, lan):
    entry = ledger.submit(asking(entry, must_show=["横幅"]), by=lan)

    with pytest.raises(MoveNotAllowed):
        recipe.declare(entry, {entry.claims.get().pk: ["横幅"]}, by=lan)


def test_the_reviewer_confirms_what_is_seen_until_the_decision_is_reopened(entry, lan, rui, ou):
    entry = ledger.submit(asking(entry, must_show=["单位名称", "横幅"]), by=lan)
    claim = entry.claims.get()

    entry = review.accept(entry, {claim.pk: 1}, by=rui, shown={claim.pk: ["横幅", "黄金"]})
    claim.refresh_from_db()
    assert claim.confirmed == ["横幅"]

    review.reopen(entry, by=ou, note="再看一次")
    claim.refresh_from_db()
    assert claim.confirmed == []
