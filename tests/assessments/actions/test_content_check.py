"""Looking after stored files: which are looked at, and what is noted."""

import pytest

from assessments.actions import content_check
from assessments.models import ContentCheck, EvidenceFile
from civportal.lib import files
from tests.factories import EvidenceFactory
from tests.factories import files as made

pytestmark = pytest.mark.django_db


def states():
    return dict(ContentCheck.objects.values_list("sha256", "state"))


def damage(file):
    path = files.default_storage.path(files.path_of(file.FOLDER, file.sha256))
    with open(path, "r+b") as content:
        content.write(b"x")


def test_a_content_is_whole_missing_or_damaged():
    whole, missing, damaged = EvidenceFactory.create_batch(3)
    files.delete(EvidenceFile.FOLDER, missing.sha256)
    damage(damaged)

    assert content_check.look() == 3
    assert states() == {whole.sha256: "whole", missing.sha256: "missing", damaged.sha256: "damaged"}


def test_what_was_put_back_is_found_whole_again():
    photo = made.jpg(77)
    file = EvidenceFactory(content=photo)
    files.delete(EvidenceFile.FOLDER, file.sha256)
    content_check.look()
    assert states() == {file.sha256: "missing"}

    files.save(photo, EvidenceFile.FOLDER)
    content_check.look()

    assert states() == {file.sha256: "whole"}


def test_a_run_looks_at_the_new_ones_first_then_at_what_was_not_well():
    whole, missing = EvidenceFactory.create_batch(2)
    files.delete(EvidenceFile.FOLDER, missing.sha256)
    content_check.look()
    new = EvidenceFactory()

    assert [sha256 for sha256, _size in content_check.next_ones()] == [
        new.sha256,
        missing.sha256,
        whole.sha256,
    ]


def test_a_run_reads_no_more_than_it_may_but_something():
    EvidenceFactory.create_batch(3)

    assert content_check.look(most=2) == 2
    assert content_check.look(most_read=1) == 1


def test_the_same_content_in_two_records_is_looked_at_once():
    file = EvidenceFactory()
    EvidenceFactory(sha256=file.sha256, size=file.size)

    assert content_check.look() == 1


def test_a_store_that_is_away_says_nothing_about_its_contents(monkeypatch):
    EvidenceFactory()

    def away(*_where):
        raise OSError("no route to the store")

    monkeypatch.setattr(files, "open_file", away)

    with pytest.raises(OSError, match="no route"):
        content_check.look()
    assert not ContentCheck.objects.exists()
