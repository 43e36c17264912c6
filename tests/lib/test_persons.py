"""Names of people: what is the surname, and who may be a relative by name."""

import pytest

from civportal.lib.persons import names_in, parted, share_generation


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王建国", ("王", "建国")),
        ("王　强", ("王", "强")),
        ("欧阳明", ("欧阳", "明")),
        ("欧阳建国", ("欧阳", "建国")),
        ("欧阳", ("欧", "阳")),
        ("Smith", None),
        ("办公室24小时", None),
        ("王", None),
        ("", None),
    ],
)
def test_a_name_is_parted(name, parts):
    assert parted(name) == parts


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("王建国", "王建军", True),
        ("王建国", "王卫国", True),
        ("欧阳建国", "欧阳建军", True),
        ("王建国", "王国建", False),
        ("王建国", "王建国", False),
        ("王建国", "李建国", False),
        ("王强", "王建", False),
        ("王建国", "王建", False),
        ("王建国", "值班室", False),
        ("王建国", "", False),
    ],
)
def test_a_relative_is_likely_by_surname_and_the_character_of_a_generation(one, other, alike):
    assert share_generation(one, other) is share_generation(other, one) is alike


def test_a_field_may_hold_several_names():
    assert names_in("王　强、李敏；赵磊 ,") == ["王强", "李敏", "赵磊"]
