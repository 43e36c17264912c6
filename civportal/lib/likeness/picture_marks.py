"""By what a picture is known again, drawn from the file itself: runs in the child process only.

A picture is looked at in grey, its even borders cut off, in several sizes. In each size the strongest
blobs are its points; the square around a point is described by the signs of its low frequencies, 27 bits:
its word. A picture that was saved again, made smaller, cut, stamped or framed keeps some of its words,
and keeps them in the same places to each other; another picture has none of them, or has them elsewhere.

It is asked for in finer steps of size than it is kept, in all four turns, and with the three least sure
bits of every word both ways, so that what is kept can stay small.

The description was chosen by measuring (docs/likeness.md). It follows the ways of scale-invariant
features (Lowe 2004) and of asking for near words (multi-probe hashing, Lv et al. 2007).
"""

import base64
import math

from PIL import ExifTags, Image, ImageChops, ImageFilter

# All sizes are the longer edge, in pixels.
LARGEST = 640
BASE = 320
KEPT_SIZES = [round(BASE / 2 ** (step / 2)) for step in range(1, 5)]
ASKED_SIZES = [round(BASE / 2 ** (step / 6)) for step in range(15)]
POINTS_KEPT, POINTS_ASKED = 10, 8
# Of the square around a point: half its edge, and into how many cells it is cut.
REACH, GRID = 20, 6
# Points nearer than that tell the same; weaker ones are noise.
APART, FAINT = 8, 6
BLOCK = 8
# A row is even when its shades differ by no more; so many of them, of the height, part a picture.
EVEN, GAP = 24, 30
UNSURE_BITS = 3
# Places are told in thousandths of the longer edge.
PLACE = 1000
# The stamp's longer edge; it shows what is finer than DETAIL around it and coarser than SOFT.
TINY = 64
SOFT, DETAIL = 1, 5

FREQUENCIES = [(u, v) for u in range(GRID) for v in range(GRID) if 0 < u + v <= 6]
WAVES = [
    [
        math.cos(math.pi * (column + 0.5) * v / GRID) * math.cos(math.pi * (row + 0.5) * u / GRID)
        for row in range(GRID)
        for column in range(GRID)
    ]
    for u, v in FREQUENCIES
]


def marks(image):
    """Everything by which a picture is known again, upright and `in_grey`, as plain values for JSON.

    `points` and `asked` (one list for each quarter turn to the left) hold [word, x, y, size].
    """
    grey = without_borders(image)
    return {
        "points": [point_of(*found) for found in described(grey, KEPT_SIZES, POINTS_KEPT)],
        "asked": asked(grey),
        **detail(grey),
    }


def in_grey(image):
    """The picture in grey, small enough; what is transparent is white, as it is shown."""
    small = image.reduce(max(1, max(image.size) // (2 * LARGEST)))
    if small.mode in ("RGBA", "LA", "PA") or "transparency" in small.info:
        small = small.convert("RGBA")
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    grey = small.convert("L")
    grey.thumbnail((LARGEST, LARGEST))
    return grey


def without_borders(grey):
    """The picture without what is even at its edges: frames, and the bars of a telephone's screen."""
    left, right = main_part(grey.transpose(Image.Transpose.ROTATE_270))
    top, bottom = main_part(grey.crop((left, 0, right, grey.height)))
    return grey.crop((left, top, right, bottom))


def main_part(grey):
    """From and to which row the picture itself goes, told from even rows; everything if that is not clear."""
    even = [is_even(grey, (0, row, grey.width, row + 1)) for row in range(grey.height)]
    parts = sorted(stretches(even, grey.height // GAP), key=lambda part: part[0] - part[1])
    lengths = [end - start for start, end in parts] + [0, 0]
    is_clear = parts and lengths[0] >= grey.height // 4 and lengths[0] >= 3 * lengths[1]
    return parts[0] if is_clear else (0, grey.height)


def stretches(even, gap):
    """(start, end) of the rows between gaps; fewer even rows than `gap` are none."""
    start = end = None
    for row, is_gap in enumerate(even):
        if not is_gap:
            if start is not None and row - end > gap:
                yield start, end
                start = row
            start, end = row if start is None else start, row + 1
    if start is not None:
        yield start, end


def is_even(grey, box):
    low, high = grey.crop(box).getextrema()
    return high - low <= EVEN


def described(grey, sizes, most):
    """(x, y, size, sign, cells) of the strongest points in every size that the picture has."""
    longest = max(grey.size)
    for size in sizes:
        if size <= longest:
            seen = resized(grey, size)
            for x, y, sign in points(seen, most):
                square = (x - REACH + 0.5, y - REACH + 0.5, x + REACH + 0.5, y + REACH + 0.5)
                cells = seen.resize((GRID, GRID), Image.Resampling.BOX, box=square)
                yield x, y, size, sign, list(cells.tobytes())


def resized(grey, size):
    share = size / max(grey.size)
    how = Image.Resampling.BOX if share < 0.5 else Image.Resampling.BILINEAR
    return grey.resize(tuple(max(1, round(edge * share)) for edge in grey.size), how)


def points(seen, most):
    """(x, y, sign) of the strongest light (1) and dark (0) blobs, strongest first, none too near another."""
    fine, coarse = (seen.filter(ImageFilter.GaussianBlur(radius)) for radius in (1.6, 3.2))
    blobs = ImageChops.subtract(fine, coarse, 0.5, 128)
    found = [(*peak, 1) for peak in peaks(blobs)] + [(*peak, 0) for peak in peaks(ImageChops.invert(blobs))]
    taken = []
    for _strength, x, y, sign in sorted(found, reverse=True):
        if all(abs(x - other[0]) + abs(y - other[1]) > APART for other in taken):
            taken.append((x, y, sign))
            if len(taken) == most:
                break
    return taken


def peaks(blobs):
    """(strength, x, y) of the highest point of every block that is also the highest around itself."""
    width, height = blobs.size
    values = blobs.tobytes()
    for top in range(REACH, height - REACH, BLOCK):
        rows = range(top, min(top + BLOCK, height - REACH))
        for left in range(REACH, width - REACH, BLOCK):
            right = min(left + BLOCK, width - REACH)
            best, y = max((max(values[y * width + left : y * width + right]), -y) for y in rows)
            x = values.index(best, -y * width + left) + y * width
            if best >= 128 + FAINT and is_highest(values, width, x, -y):
                yield best, x, -y


def is_highest(values, width, x, y):
    best = values[y * width + x]
    return all(max(values[row * width + x - 3 : row * width + x + 4]) <= best for row in range(y - 3, y + 4))


def point_of(x, y, size, sign, cells):
    return [word_of(waves(cells), sign), x * PLACE // size, y * PLACE // size, size]


def waves(cells):
    """How strong each low frequency is in the square."""
    return [sum(map(float.__mul__, wave, map(float, cells))) for wave in WAVES]


def word_of(strengths, sign):
    word = sign
    for strength in strengths:
        word = 2 * word + (strength > 0)
    return word


def asked(grey):
    """For each quarter turn of the picture to the left, the words to ask for, with where they stand."""
    turns = [[], [], [], []]
    for x, y, size, sign, cells in described(grey, ASKED_SIZES, POINTS_ASKED):
        place = x * PLACE // size, y * PLACE // size
        edges = [edge * PLACE // max(grey.size) for edge in grey.size]
        for turn in turns:
            turn += [[word, *place, size] for word in near_words(waves(cells), sign)]
            cells, place, edges = turned(cells), (place[1], edges[0] - place[0]), edges[::-1]
    return turns


def turned(cells):
    """The square turned by a quarter to the left."""
    return [cells[row * GRID + column] for column in reversed(range(GRID)) for row in range(GRID)]


def near_words(strengths, sign):
    """The word, and those that it may have become: its least sure bits both ways."""
    unsure = sorted(range(len(strengths)), key=lambda number: abs(strengths[number]))[:UNSURE_BITS]
    bits = [1 << (len(strengths) - 1 - number) for number in unsure]
    words = [word_of(strengths, sign)]
    for bit in bits:
        words += [word ^ bit for word in words]
    return words


def detail(grey):
    """The picture the size of a stamp, only what differs from its surroundings, for a closer look."""
    tiny = grey.copy()
    tiny.thumbnail((TINY, TINY), Image.Resampling.BOX)
    near, around = (tiny.filter(ImageFilter.BoxBlur(radius)) for radius in (SOFT, DETAIL))
    local = ImageChops.subtract(near, around, 0.5, 128)
    return {
        "width": local.width,
        "height": local.height,
        "detail": base64.b64encode(local.tobytes()).decode(),
    }


def taken_at(image):
    """When the camera says that it was taken, as "2026:06:01 09:00:00", or ""; nothing else is read."""
    try:
        told = image.getexif().get_ifd(ExifTags.IFD.Exif)
    except Exception:  # remarks that are broken in any of many ways say nothing
        return ""
    moment = told.get(ExifTags.Base.DateTimeOriginal) or told.get(ExifTags.Base.DateTimeDigitized) or ""
    return str(moment)[:19]
