"""When and where a photo was taken, out of a camera's remarks; runs in the child process of previews.

It imports nothing of the portal. What is broken or cannot be is left out and never an error.
"""

import math

from PIL import ExifTags, Image

# About a metre; more digits would only pretend.
DECIMALS = 5


def remarks_of(content, opened):
    """The EXIF of a whole picture, or of the segment (or its payload) that came apart from one."""
    exif = Image.Exif()
    if content.startswith(b"\xff\xe1"):
        content = content[4:]
    if content.startswith(b"Exif\0\0"):
        exif.load(content)
        return exif
    with opened() as image:
        return image.getexif()


def taken_at(exif):
    """When the camera says that it was taken, as "2026:06:01 09:00:00", or ""."""
    try:
        told = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # remarks that are broken in any of many ways say nothing
        return ""
    moment = told.get(ExifTags.Base.DateTimeOriginal) or told.get(ExifTags.Base.DateTimeDigitized) or ""
    return str(moment)[:19]


def place(exif):
    """Where it was taken, as [latitude, longitude] in degrees, or None: unknown, or no place on earth."""
    try:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        tags = ExifTags.GPS
        latitude = degrees(gps[tags.GPSLatitude], gps[tags.GPSLatitudeRef], "NS", 90)
        longitude = degrees(gps[tags.GPSLongitude], gps[tags.GPSLongitudeRef], "EW", 180)
    except Exception:  # as above
        return None
    # A receiver without a fix writes zeros.
    return [latitude, longitude] if latitude or longitude else None


def degrees(told, side, sides, most):
    """Degrees, minutes and seconds as one signed number; raises ValueError for what cannot be."""
    whole, minutes, seconds = map(float, told)
    value = whole + minutes / 60 + seconds / 3600
    if side not in tuple(sides) or not math.isfinite(value) or min(whole, minutes, seconds) < 0:
        raise ValueError("no angle")
    if value > most or minutes > 60 or seconds > 60:
        raise ValueError("no place on earth")
    return round(-value if side == sides[1] else value, DECIMALS)
