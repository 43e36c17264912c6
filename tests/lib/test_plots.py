"""Geometry of the histogram."""

from decimal import Decimal

import pytest

from assessments.scoring.ranking import Bin
from civportal.lib.plots import histogram


def bins(*counts):
    return [Bin(Decimal(80 + n), Decimal(81 + n), count) for n, count in enumerate(counts)]


def test_nothing_draws_nothing():
    assert histogram([]) is None


def test_columns_stand_on_the_ground_and_the_highest_fills_the_height():
    plot = histogram(bins(1, 4, 0))

    assert [bar.y + bar.height for bar in plot.bars] == pytest.approx([plot.floor] * 3)
    assert plot.bars[1].height == pytest.approx(4 * plot.bars[0].height, abs=0.5)
    assert plot.bars[2].height == 0
    assert all(bar.x >= 0 and bar.x + bar.width <= plot.width for bar in plot.bars)


def test_the_cut_line_stands_between_the_columns_it_parts():
    plot = histogram(bins(1, 1, 1), cut=Decimal(82))

    assert [bar.is_above for bar in plot.bars] == [False, False, True]
    assert plot.bars[1].x + plot.bars[1].width < plot.cut_x < plot.bars[2].x


@pytest.mark.parametrize("cut", [None, Decimal(79), Decimal(84)])
def test_a_cut_outside_of_the_axis_is_not_drawn(cut):
    plot = histogram(bins(1, 1, 1), cut=cut)

    assert plot.cut_x is None and plot.cut_text_x is None


def test_the_words_at_the_cut_turn_to_the_side_with_room():
    assert histogram(bins(1, 1, 1), cut=Decimal(83)).cut_is_right
    assert not histogram(bins(1, 1, 1), cut=Decimal(80)).cut_is_right


def test_many_columns_are_labelled_sparsely():
    plot = histogram([Bin(Decimal(n), Decimal(n + 1), 1) for n in range(40)])

    assert sum(bar.is_labelled for bar in plot.bars) <= 12
