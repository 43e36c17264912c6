"""A picture is known again after what people do to it, and another picture is not."""

import random
from functools import cache

import pytest
from PIL import Image

from civportal.lib.likeness import picture_marks, pictures
from tests.likeness import scenes

# A hall, a street, a village, a gate.
PLACES = (10, 1, 0, 4)
KNOWN_AGAIN = [name for name in scenes.CHANGES if not name.startswith("30 %")]


@cache
def photo(place, moment=0):
    return scenes.scene(place, moment)


def asking(image):
    return pictures.read(picture_marks.marks(picture_marks.in_grey(image)))


@cache
def kept(place):
    return asking(photo(place)).marks


@pytest.mark.parametrize("change", KNOWN_AGAIN)
@pytest.mark.parametrize("place", PLACES[:2])
def test_a_changed_photo_is_known_again(place, change):
    asked = asking(scenes.CHANGES[change](photo(place), random.Random(place)))

    assert len(asked.words & kept(place).words) >= pictures.COMMON_WORDS
    assert pictures.likeness(asked, kept(place)) >= pictures.ALIKE


@pytest.mark.parametrize("place", PLACES)
def test_another_moment_at_the_same_place_is_another_photo(place):
    assert pictures.likeness(asking(photo(place, 1)), kept(place)) < pictures.ALIKE


@pytest.mark.parametrize("place", PLACES[1:])
def test_another_place_is_another_photo(place):
    assert pictures.likeness(asking(photo(place)), kept(PLACES[0])) < pictures.ALIKE


@pytest.mark.parametrize(
    "image", [Image.new("RGB", (40, 30), "teal"), Image.new("RGB", (1, 1)), Image.new("L", (3, 900))]
)
def test_a_picture_that_shows_nothing_is_like_nothing(image):
    asked = asking(image)

    assert asked.words == set()
    assert pictures.likeness(asked, asked.marks) == 0


def test_what_is_transparent_counts_as_white():
    drawn = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    drawn.paste(photo(1).convert("RGBA").resize((600, 400)), (150, 100))
    white = Image.new("RGB", (900, 600), "white")
    white.paste(drawn, mask=drawn)

    assert asking(drawn).marks == asking(white).marks


def test_points_are_kept_as_bytes_and_read_again():
    points = kept(PLACES[0]).points

    assert pictures.unpacked(pictures.packed(points)) == points
