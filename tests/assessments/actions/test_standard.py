"""Loading, correcting and freezing an edition."""

import copy
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum

from assessments.actions import standard as standards
from assessments.models import Adjustment, Indicator, Standard
from assessments.scoring.level import Band
from tests.factories import LevelFactory
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent


@pytest.fixture
def default(ou):
    return standards.load(standards.default_source(), year=2026, by=ou)


def verbs(record):
    return [event.verb for event in TrailEvent.objects.about(record)]


def test_the_default_standard_has_nine_groups_and_thirty_two_items_worth_a_hundred(default):
    items = default.indicators.items()

    assert default.indicators.filter(parent=None).count() == 9
    assert items.count() == 32
    assert items.aggregate(total=Sum("maximum"))["total"] == 100
    assert verbs(default) == ["load"]


def test_the_default_standard_weighs_the_ways_of_assessing(default):
    weights = {
        row["method"]: row["total"]
        for row in default.indicators.items().order_by().values("method").annotate(total=Sum("maximum"))
    }

    assert weights == {"M": 32, "S": 31, "D": 20, "K": 11, "Q": 6}


def test_an_item_keeps_its_rule_recipe_and_place(default):
    item = default.indicators.get(code="A1")

    assert item.parent.code == "A"
    assert item.rule.startswith("成立文件 1 分")
    assert item.recipe["files_at_least"] == 1
    assert [indicator.code for indicator in default.indicators.items()][:5] == ["A1", "A2", "A3", "A4", "B1"]


def test_window_and_paired_items_are_marked(default):
    marked = default.indicators.items().exclude(applies=Indicator.Applies.ALL)

    assert {(item.code, item.applies) for item in marked} == {
        ("D2", "window"),
        ("D3", "window"),
        ("F2", "paired"),
    }


def test_bonus_and_deductions_are_positive_points_with_limits(default):
    rules = {rule.code: rule for rule in default.adjustments.all()}

    assert len(rules) == 15
    assert rules["P1"].points == {"nation": 3, "province": 2, "city": 1}
    assert rules["P1"].limit == 4
    assert rules["N2"].points == {"each": 0.5}
    assert rules["N2"].limit == 3
    assert rules["N7"].points == {"county": 1, "city": 2, "province": 3}
    assert rules["N9"].points == {}
    assert rules["N3"].limit is None
    assert {rule.kind for code, rule in rules.items() if code[0] == "N"} == {Adjustment.Kind.DEDUCTION}


def test_floors_grades_ties_and_vetoes_come_with_the_edition(default):
    assert default.floors == [
        {"indicator": "I1", "at_least": 2},
        {"indicator": "C1", "at_least_share": 0.6},
    ]
    assert [grade["code"] for grade in default.grades] == ["recommend", "pass", "rectify", "fail"]
    assert default.ties == ["I", "C", "D"]
    assert len(default.vetoes) == 11
    assert default.bonus_cap == 10


def test_loading_again_makes_the_next_edition(default, ou):
    again = standards.load(standards.default_source(), year=2026, by=ou)

    assert (default.edition, again.edition) == (1, 2)


def test_loading_costs_the_same_few_statements_however_large(ou, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        standards.load(standards.default_source(), year=2026, by=ou)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda source: source["indicators"][0]["items"].pop(), "group A come to 8 points.* says 10"),
        (lambda source: source["indicators"].pop(), "groups come to 90 points.* says 100"),
        (lambda source: source.pop("grades"), "“grades” is missing at the top"),
        (
            lambda source: source["indicators"][0]["items"][0].update(levels=[{"points": 9, "zh": "多"}]),
            "level of A1 does not fit: 9分：多",
        ),
    ],
)
def test_a_source_that_does_not_add_up_is_refused_and_nothing_is_written(ou, change, sentence, settings):
    settings.LANGUAGE_CODE = "en"
    source = copy.deepcopy(standards.default_source())
    change(source)

    with pytest.raises(ValidationError, match=sentence):
        standards.load(source, year=2026, by=ou)

    assert not Standard.objects.exists()


def test_a_name_that_is_too_long_is_refused(ou):
    source = standards.default_source()
    source["indicators"][0]["items"][0]["zh"] = "长" * 121

    with pytest.raises(ValidationError):
        standards.load(source, year=2026, by=ou)

    assert not Standard.objects.exists()


def test_a_draft_is_corrected_and_the_group_follows(default, ou):
    item = default.indicators.get(code="A1")

    standards.edit_indicator(item, name="领导机构", maximum=D("2.5"), rule=item.rule, by=ou)

    item.refresh_from_db()
    assert (item.name, item.maximum) == ("领导机构", D("2.5"))
    assert default.indicators.get(code="A").maximum == D("9.5")
    event = TrailEvent.objects.about(default).last()
    assert (event.verb, event.by) == ("edit_indicator", ou)
    assert ["3.00", "2.5"] in event.changes.values()


def test_a_correction_that_changes_nothing_leaves_no_trail(default, ou):
    item = default.indicators.get(code="A1")

    standards.edit_indicator(item, name=item.name, maximum=item.maximum, rule=item.rule, by=ou)

    assert verbs(default) == ["load"]


def test_a_rule_is_corrected_while_the_edition_is_a_draft(default, ou):
    rule = default.adjustments.get(code="P4")

    standards.edit_adjustment(rule, name=rule.name, points={"each": 1}, limit=D(2), note="", by=ou)

    rule.refresh_from_db()
    assert (rule.points, rule.limit) == ({"each": 1}, 2)
    assert verbs(default) == ["load", "edit_adjustment"]


@pytest.mark.parametrize("points", [{"each": 0}, {"each": -1}, {"city": "many"}])
def test_a_rule_gives_points_above_zero(default, ou, points):
    rule = default.adjustments.get(code="P4")

    with pytest.raises(ValidationError):
        standards.edit_adjustment(rule, name=rule.name, points=points, limit=None, note="", by=ou)

    assert verbs(default) == ["load"]


def test_the_default_standard_describes_levels_only_where_its_rule_does(default):
    described = default.indicators.filter(levels__isnull=False).distinct()

    assert [one.code for one in described] == ["I1", "I2"]
    assert [(one.most, one.words) for one in described[1].levels.all()] == [
        (2, "90% 及以上"),
        (1, "80% 起，不足 90%"),
    ]


def described_by(indicator, levels, by, maximum=None):
    values = {"name": indicator.name, "rule": indicator.rule, "maximum": maximum or indicator.maximum}
    return standards.edit_indicator(indicator, **values, levels=levels, by=by)


def test_levels_are_written_from_high_to_low_and_stand_in_the_history(default, ou):
    item = default.indicators.get(code="A1")

    described_by(item, [Band(D(0), D(1), "没有"), Band(D(2), D(3), "齐全", "优")], ou)

    assert [one.text for one in item.bands] == ["优 2～3分：齐全", "0～1分：没有"]
    event = TrailEvent.objects.about(default).last()
    assert event.verb == "edit_levels"
    assert ["", "优 2～3分：齐全\n0～1分：没有"] in event.changes.values()


def test_levels_that_are_not_asked_about_stay_and_the_same_ones_leave_no_trail(default, ou):
    item = default.indicators.get(code="I2")

    described_by(item, None, ou)
    described_by(item, item.bands, ou)

    assert [one.most for one in item.bands] == [2, 1]
    assert verbs(default) == ["load"]


@pytest.mark.parametrize(
    "levels", [[Band(D(2), D(3), "多")], [Band(D(1), D(2), "多"), Band(D(0), D(1), "少")]]
)
def test_levels_that_do_not_fit_are_refused_and_nothing_is_written(default, ou, levels):
    item = default.indicators.get(code="I2")

    with pytest.raises(ValidationError):
        described_by(item, levels, ou)

    assert [one.most for one in default.indicators.get(code="I2").bands] == [2, 1]


def test_full_marks_do_not_sink_below_the_levels(default, ou):
    item = default.indicators.get(code="I2")

    with pytest.raises(ValidationError):
        described_by(item, None, ou, maximum=D("1.5"))

    item.refresh_from_db()
    assert item.maximum == 2


def test_the_database_keeps_levels_upright(default):
    item = default.indicators.get(code="A1")

    for wrong in ({"least": 2, "most": 1}, {"most": 1, "words": ""}, {"least": -1, "most": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LevelFactory(indicator=item, **wrong)


def test_levels_freeze_with_their_edition(default, ou):
    item = default.indicators.get(code="I2")
    standards.freeze(default, by=ou)

    with pytest.raises(MoveNotAllowed):
        described_by(item, [], ou)
    with pytest.raises(ValidationError):
        item.levels.first().delete()
    assert item.levels.count() == 2


def test_what_is_offered_at_a_click_is_the_levels_points(default, ou):
    plain, described = (default.indicators.get(code=code) for code in ("A1", "I2"))

    assert plain.quick_points == [0, D("1.5"), 3]
    assert described.quick_points == [2, 1, 0]


def test_freezing_ends_all_correction(default, ou):
    item = default.indicators.get(code="A1")

    frozen = standards.freeze(default, by=ou)

    assert frozen.is_frozen
    assert verbs(default) == ["load", "freeze"]
    with pytest.raises(MoveNotAllowed):
        standards.edit_indicator(item, name="x", maximum=1, rule="", by=ou)
    item.refresh_from_db()
    with pytest.raises(ValidationError):
        item.save()
    with pytest.raises(ValidationError):
        item.delete()
    with pytest.raises(ValidationError):
        default.adjustments.first().delete()


def test_freezing_twice_is_refused(default, ou):
    standards.freeze(default, by=ou)

    with pytest.raises(MoveNotAllowed):
        standards.freeze(default, by=ou)


def test_an_edition_whose_group_is_not_the_sum_of_its_items_does_not_freeze(default, ou):
    Indicator.objects.filter(standard=default, code="A1").update(maximum=1)

    with pytest.raises(ValidationError):
        standards.freeze(default, by=ou)

    default.refresh_from_db()
    assert not default.is_frozen


def test_grades_are_called_as_the_edition_calls_them(default):
    assert default.grade_name("pass") == "合格"
    assert default.grade_name("unheard") == "unheard"
    assert default.grade_name("not_recommended")
