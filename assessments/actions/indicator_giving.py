"""An edition as the list that it could have come from: read again, it is the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.models import Adjustment
from assessments.scoring.level import text_of
from civportal.lib.money import plain_decimal

from .indicator_verdict import APPLIES, WAYS_SAID
from .standard_tree import BONUS, DEDUCTION, LEVELS, VETO, WAYS

WORD_OF = {kind: word for word, kind in WAYS.items()}
WAY_OF = {method: word for word, method in WAYS_SAID.items()}
TRAIT_OF = {trait: word for word, trait in APPLIES.items()}
LETTER_OF = {level: letter for letter, level in LEVELS.items()}
KINDS = {Adjustment.Kind.BONUS: BONUS, Adjustment.Kind.DEDUCTION: DEDUCTION}


@dataclass
class Row:
    """One row of the list."""

    name: str
    points: Decimal | str = ""
    head: str = ""
    head_points: Decimal | None = None
    path: tuple[str, ...] = ()
    kind: str = ""
    limit: Decimal | None = None
    applies: str = ""
    rule: str = ""
    method: str = ""
    reviewers: int | None = None
    levels: str = ""


def rows_of(standard) -> Iterator[Row]:
    """Indicators group by group, then bonus, deductions and veto items."""
    items = standard.indicators.items().select_related("parent").prefetch_related("levels")
    for item in items.order_by("parent__sort_order", "parent", "sort_order", "pk"):
        yield row_of_indicator(item)
    for rule in standard.adjustments.all():
        yield Row(
            name=rule.name,
            points=amounts_text(rule.points),
            kind=WORD_OF[KINDS[rule.kind]],
            limit=rule.limit,
            rule=rule.note,
        )
    for veto in standard.vetoes:
        yield Row(name=veto["zh"], kind=WORD_OF[VETO])


def row_of_indicator(item):
    return Row(
        name=item.name,
        points=item.maximum,
        head=item.parent.name,
        head_points=item.parent.maximum,
        path=tuple(filter(None, item.path.split(" › "))),
        applies=TRAIT_OF[item.applies],
        rule=item.rule,
        method=WAY_OF.get(item.method, ""),
        reviewers=item.reviewers_needed,
        levels=text_of(item.bands),
    )


def amounts_text(points) -> str:
    """What one matter gives: “2”, or by level “国3/省2/市1”."""
    if set(points) == {"each"}:
        return plain_decimal(points["each"])
    return "/".join(f"{LETTER_OF.get(level, level)}{plain_decimal(value)}" for level, value in points.items())
