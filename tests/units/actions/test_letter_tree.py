import pytest

from tests.factories import LetterFactory, UnitFactory
from units.actions import letter_tree
from units.actions.letter_tree import Tree
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    """A bureau with a school that signed and one that did not, and its kindergarten; a bank by itself."""
    government = UnitFactory(name="县人民政府", participation="outside")
    bureau = UnitFactory(name="县教育局", supervisor=government)
    first = UnitFactory(name="第一小学", supervisor=bureau)
    second = UnitFactory(name="第二小学", supervisor=bureau, participation="required")
    garden = UnitFactory(name="附属幼儿园", supervisor=second)
    bank = UnitFactory(name="农商银行")
    UnitFactory(name="外地机构", participation="outside")
    UnitFactory(name="旧单位", participation="ended", supervisor=bureau)
    for unit in (bureau, first, bank):
        LetterFactory(unit=unit)
    LetterFactory(unit=garden, year=2025)
    return {"government": government, "bureau": bureau, "second": second, "bank": bank}


def names(rows):
    return [row.name for row in rows]


def tree(units=None):
    return Tree(units or Unit.objects.all(), 2026)


def test_every_unit_stands_below_the_one_that_supervises_it(county):
    rows = tree().shown()

    assert [(row.name, row.depth) for row in rows] == [
        ("县人民政府", 0),
        ("县教育局", 1),
        ("第一小学", 2),
        ("第二小学", 2),
        ("附属幼儿园", 3),
        ("农商银行", 0),
    ]


def test_each_layer_tells_the_gaps_below_it(county):
    found = {row.name: (row.owes, row.is_signed, row.signed_below, row.below) for row in tree().rows}

    assert found["县人民政府"] == (False, False, 2, 4)
    assert found["县教育局"] == (True, True, 1, 3)
    assert found["第二小学"] == (True, False, 0, 1)


def test_the_sum_counts_who_owes_a_letter(county):
    assert (tree().signed_count, len(tree().counted)) == (3, 5)


def test_gaps_are_shown_with_what_stands_above_them(county):
    rows = tree().gaps().shown()

    assert [(row.name, row.is_context) for row in rows] == [
        ("县人民政府", True),
        ("县教育局", True),
        ("第二小学", False),
        ("附属幼儿园", False),
    ]


def test_what_is_asked_for_is_counted_by_itself(county):
    asked = tree().under(county["second"].pk)

    assert (asked.signed_count, len(asked.counted)) == (0, 2)
    assert names(asked.shown()) == ["县人民政府", "县教育局", "第二小学", "附属幼儿园"]


def test_units_are_found_by_their_town(county):
    town = UnitFactory(name="东坝镇")
    Unit.objects.filter(pk=county["bank"].pk).update(town=town)

    found = tree()

    assert found.towns == {town.pk: "东坝镇"}
    assert names(found.in_town(town.pk).shown()) == ["农商银行", "东坝镇"]


def test_a_department_sees_its_own_tree_from_itself_down(county):
    own = tree(Unit.objects.exclude(pk=county["government"].pk).exclude(pk=county["bank"].pk))

    top = own.shown()[0]
    assert (top.name, top.depth) == ("县教育局", 0)


def test_an_exempt_unit_that_signed_is_shown_and_one_that_did_not_is_left_out(county):
    LetterFactory(unit=UnitFactory(name="甲协会", participation="exempt"))
    UnitFactory(name="乙协会", participation="exempt")

    assert {"甲协会", "乙协会"} & set(names(tree().rows)) == {"甲协会"}


def test_a_large_tree_opens_level_by_level(county, monkeypatch):
    monkeypatch.setattr(letter_tree, "SHOWN_WHOLE", 3)

    assert names(tree().shown()) == ["县人民政府", "县教育局", "农商银行"]
    assert names(tree().shown("0")) == ["县人民政府", "农商银行"]
    assert names(tree().shown(str(county["bureau"].pk)))[:4] == [
        "县人民政府",
        "县教育局",
        "第一小学",
        "第二小学",
    ]
    assert len(tree().shown("all")) == 6
    assert names(tree().shown("\0²")) == ["县人民政府", "农商银行"]


def test_a_page_that_begins_within_a_branch_says_where_it_stands(county):
    found = tree()

    rows = found.furnished(found.shown()[4:])

    assert [(row.name, row.is_context) for row in rows] == [
        ("县人民政府", True),
        ("县教育局", True),
        ("第二小学", True),
        ("附属幼儿园", False),
        ("农商银行", False),
    ]
    assert [letter.unit_id for letter in rows[-1].letters] == [county["bank"].pk]


def test_a_ring_of_supervisors_does_not_hang_the_page(county):
    Unit.objects.filter(pk=county["bureau"].pk).update(supervisor=county["second"])

    assert names(tree().shown()) == ["农商银行"]


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_tree_costs_three_queries_however_large(count, django_assert_num_queries):
    for unit in UnitFactory.create_batch(count, supervisor=UnitFactory()):
        LetterFactory(unit=unit)

    with django_assert_num_queries(3):
        found = tree()
        found.furnished(found.shown())
