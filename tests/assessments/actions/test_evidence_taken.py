"""When and where a photo was taken is kept beside it; what is unknown or nonsense is left empty."""

import hashlib
import io

import pytest
from django.db import IntegrityError
from django.utils.timezone import localtime
from PIL import Image

from assessments.actions import evidence
from assessments.models import EvidenceFile
from civportal.lib import files as store
from civportal.lib import preview
from tests.factories import EntryFactory, EvidenceFactory, files

HERE = {1: "N", 2: (36.0, 30.0, 18.0), 3: "E", 4: (118.0, 15.0, 36.0)}


@pytest.fixture
def entry(school, year):
    return EntryFactory(unit=school, cycle=year)


def added(entry, lan, content, **more):
    file = evidence.add(entry, files.upload("照片.jpg", content), by=lan, **more)
    return EvidenceFile.objects.get(pk=file.pk)


def segment_of(content):
    return b"\xff\xe1\x00\x00" + Image.open(io.BytesIO(content)).info["exif"]


def test_of_a_photo_that_comes_whole_time_and_place_are_known_and_no_byte_is_changed(entry, lan):
    content = files.jpg_taken_at(HERE)

    file = added(entry, lan, content)

    assert f"{localtime(file.taken_at):%Y-%m-%d %H:%M}" == "2026-06-01 09:00"
    assert file.place == "36.50500, 118.26000"
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert store.open_file(file.FOLDER, file.sha256).read() == content


def test_what_is_shown_of_it_has_no_remarks(entry, lan):
    file = added(entry, lan, files.jpg_taken_at(HERE))

    for shown in (
        preview.photo(file.FOLDER, file.sha256, preview.LARGE),
        preview.printed_photo(file.FOLDER, file.sha256),
    ):
        assert dict(Image.open(shown).getexif()) == {}


def test_remarks_that_come_apart_from_a_smaller_photo_are_read(entry, lan):
    file = added(entry, lan, files.jpg(), remarks=segment_of(files.jpg_taken_at(HERE)))

    assert file.taken_at is not None
    assert file.place == "36.50500, 118.26000"
    assert dict(files.opened(file).getexif()) == {}


def test_south_and_west_are_below_zero(entry, lan):
    file = added(entry, lan, files.jpg_taken_at(HERE | {1: "S", 3: "W"}))

    assert file.place == "-36.50500, -118.26000"


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {1: "N"},
        HERE | {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        HERE | {2: (91.0, 0.0, 0.0)},
        HERE | {4: (180.0, 0.0, 1.0)},
        HERE | {2: (36.0, 75.0, 0.0)},
        HERE | {1: "X"},
        HERE | {2: (36.0, 30.0)},
    ],
)
def test_a_place_that_is_none_is_unknown_and_the_time_still_known(entry, lan, gps):
    file = added(entry, lan, files.jpg_taken_at(gps))

    assert (file.latitude, file.longitude, file.place) == (None, None, "")
    assert file.taken_at is not None


@pytest.mark.parametrize(
    "remarks",
    [b"rubbish", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"\xff\xe1"],
)
def test_broken_remarks_say_nothing_and_the_photo_is_kept(entry, lan, remarks):
    file = added(entry, lan, files.jpg(), remarks=remarks)

    assert (file.taken_at, file.place) == (None, "")


def test_the_database_knows_the_earth(entry):
    with pytest.raises(IntegrityError):
        EvidenceFactory(entry=entry, latitude="91", longitude="0")
