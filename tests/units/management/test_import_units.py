import json

import pytest
from django.core.management import CommandError, call_command

from tests.units.lists import EXPECTED, SAMPLE, unit_row, workbook
from units.models import ImportBatch, Unit, User

pytestmark = pytest.mark.django_db

KEYS = {"new", "update", "same", "duplicates", "suspected", "errors", "warnings", "remarks", "skipped"}


def run(capsys, file, *options):
    call_command("import_units", str(file), *options)
    return capsys.readouterr().out


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "名册.xlsx"
    file.write_bytes(workbook(unit_row("县水利局", 1), unit_row("县水利局")))
    return file


def test_a_preview_prints_the_report_and_leaves_nothing_behind(capsys):
    found = json.loads(run(capsys, SAMPLE, "--preview", "--json"))

    assert set(found) == KEYS
    assert {name: found[name] for name in KEYS - {"remarks"}} == {
        name: EXPECTED[name] for name in KEYS - {"remarks"}
    }
    assert not Unit.objects.exists() and not ImportBatch.objects.exists()


def test_applying_writes_and_a_second_time_says_same(capsys):
    first = json.loads(run(capsys, SAMPLE, "--apply", "--json"))
    second = json.loads(run(capsys, SAMPLE, "--apply", "--json"))

    assert (first["new"], second["new"], second["same"]) == (123, 0, 123)
    assert first["errors"] == second["errors"] == EXPECTED["errors"]
    assert ImportBatch.objects.first().by == User.objects.system()


def test_without_json_people_can_read_it(capsys, small):
    said = run(capsys, small, "--preview")

    assert "new: 1" in said and "名册 4: 县水利局" in said and "same name" in said


def test_strict_writes_all_or_nothing(capsys, small):
    with pytest.raises(CommandError):
        run(capsys, small, "--apply", "--strict")

    assert not Unit.objects.exists() and not ImportBatch.objects.exists()


def test_it_can_be_done_in_the_name_of_an_administrator_only(capsys, small, admin, rui):
    with pytest.raises(CommandError):
        run(capsys, small, "--apply", "--by", "rui")
    with pytest.raises(CommandError):
        run(capsys, small, "--apply", "--by", "nobody")

    run(capsys, small, "--apply", "--by", "an")

    assert ImportBatch.objects.get().by == admin


def test_a_file_that_is_no_list_is_refused_in_words(capsys, tmp_path):
    file = tmp_path / "x.xlsx"
    for content in (b"", b"\x89PNG\x00"):
        file.write_bytes(content)
        with pytest.raises(CommandError):
            run(capsys, file, "--preview")
    with pytest.raises(CommandError):
        run(capsys, tmp_path / "missing.xlsx", "--preview")


def test_one_of_preview_and_apply_must_be_said(small):
    with pytest.raises(CommandError):
        call_command("import_units", str(small))
