"""Photos of made scenes as files, each drawn once."""

import random
from functools import cache

from PIL import Image

from . import scenes


@cache
def photo(place=1, moment=0, change=None, taken_at=""):
    """A JPEG of the scene, changed as `scenes.CHANGES` names it, saying when it was taken."""
    image = scenes.scene(place, moment).resize((800, 600))
    if change:
        image = scenes.CHANGES[change](image, random.Random(7))
    exif = Image.Exif()
    if taken_at:
        exif.get_ifd(0x8769)[0x9003] = taken_at
        # Where it was taken, which nobody may learn.
        exif.get_ifd(0x8825)[1] = "N"
    return scenes.saved(image, exif=exif)
