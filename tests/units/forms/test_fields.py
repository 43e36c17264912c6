"""Fields of the register: a unit typed by its name, a number that stays masked."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import UnitFactory
from tests.units.lists import code
from units.forms.fields import MaskedNumberField, NamedUnitField, label_of
from units.models import Unit, UnitName

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.mark.parametrize("text", ["县水利局", " 县 水利局 ", "水务局", code(1), code(1).lower()])
def test_a_unit_is_named_by_its_name_another_name_or_its_code(text):
    unit = UnitFactory(name="县水利局", uscc=code(1))
    UnitName.objects.create(unit=unit, name="水务局")

    assert NamedUnitField().clean(text) == unit


def test_namesakes_are_told_apart_by_their_supervisor():
    banks = [UnitFactory(name=name) for name in ("农商银行", "工商银行")]
    branches = [UnitFactory(name="营业部", supervisor=bank) for bank in banks]

    with pytest.raises(ValidationError, match="营业部（农商银行）"):
        NamedUnitField().clean("营业部")

    assert [NamedUnitField().clean(label_of(branch)) for branch in branches] == branches


def test_what_the_field_shows_names_the_unit_again():
    unit = UnitFactory(name="营业部", supervisor=UnitFactory(name="农商银行"))

    assert NamedUnitField().prepare_value(unit) == "营业部"
    assert NamedUnitField().clean("营业部（农商银行）") == unit


@pytest.mark.parametrize("text", ["没有的局", "%", "营业部（", "（）", "'; --", "\u202e县"])
def test_what_names_nobody_is_said_so(text):
    UnitFactory(name="县水利局")

    with pytest.raises(ValidationError, match="No unit"):
        NamedUnitField().clean(text)


def test_a_unit_that_has_ended_or_is_not_offered_is_not_named(school, bank):
    Unit.objects.filter(pk=bank.pk).update(participation="ended")

    for field in (NamedUnitField(), NamedUnitField(queryset=Unit.objects.filter(pk=school.pk))):
        with pytest.raises(ValidationError):
            field.clean(bank.name)


def test_nothing_typed_names_none():
    assert NamedUnitField(required=False).clean("") is None


def test_a_number_left_as_it_was_shown_stays():
    field = MaskedNumberField(current="13900000001")

    assert field.initial == "139****0001"
    assert field.clean("139****0001") == "13900000001"
    assert field.clean("13900000002") == "13900000002" and field.clean("") == ""


def test_half_a_masked_number_is_refused():
    with pytest.raises(ValidationError, match="whole number"):
        MaskedNumberField(current="13900000001").clean("139****0002")
