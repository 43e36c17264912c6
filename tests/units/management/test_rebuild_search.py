import pytest
from django.core.management import CommandError, call_command

from units.models import SearchEntry, Unit

pytestmark = pytest.mark.django_db


def run(capsys, **options):
    call_command("rebuild_search", **options)
    return capsys.readouterr().out


def test_the_index_is_made_anew_and_said_to_be_right(school, capsys):
    SearchEntry.objects.all().delete()

    with pytest.raises(CommandError, match=f"1 entries differ, the first of Unit {school.pk}"):
        run(capsys, check=True)
    assert "1 records can be found" in run(capsys)
    assert "right" in run(capsys, check=True)
    assert list(Unit.objects.finding("小学")) == [school]
