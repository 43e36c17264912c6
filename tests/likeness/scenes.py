"""Made pictures that look a little like photos of the work, and what people do to photos.

A scene is told by two numbers: `place` (the hall, the street and where the camera stands) and `moment`
(who is there, the light, what hangs on the wall). Two moments of one place are two photos, however much
they look alike. Everything is drawn, so that nobody's picture lies in the project.
"""

import io
import random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

SIZE = WIDTH, HEIGHT = 1200, 900
SKIN = [(224, 182, 150), (205, 160, 126), (236, 200, 170), (190, 140, 110)]
CLOTHES = [
    *((40, 44, 60), (140, 30, 34), (230, 228, 222), (60, 96, 70), (66, 90, 140)),
    *((200, 160, 60), (90, 70, 60), (170, 176, 184)),
]
WORDS = "ABCDEFGHIKLMNOPRSTUVWXYZ2468"


def scene(place, moment):
    """The photo of a moment at a place."""
    there, then = random.Random(f"place {place}"), random.Random(f"moment {place} {moment}")
    draw_place = there.choice([hall, street, village, desk, gate])
    image = draw_place(there, then)
    return developed(image, then)


def kind_of(place):
    """The name of what a place is."""
    return random.Random(f"place {place}").choice([hall, street, village, desk, gate]).__name__


# places


def hall(there, then):
    """A meeting room: wall with a banner, lamps, rows of chairs and people."""
    wall, floor = tint(there, 170, 235), tint(there, 90, 160)
    image = Image.new("RGB", SIZE, wall)
    draw = ImageDraw.Draw(image)
    horizon = there.randint(380, 520)
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=floor)
    for number in range(there.randint(3, 7)):
        left = there.randint(0, WIDTH - 160)
        draw.rectangle((left, 170, left + there.randint(60, 160), horizon - 60), fill=tint(there, 120, 255))
        draw.line((left + number, 170, left + number, horizon - 60), fill=tint(there, 40, 90), width=4)
    for _ in range(there.randint(2, 5)):
        left = there.randint(0, WIDTH - 200)
        draw.rectangle((left, 0, left + there.randint(80, 200), there.randint(14, 40)), fill=(252, 250, 240))
    banner(draw, then, there.randint(60, 300), there.randint(60, 120), there.randint(500, 840))
    people(draw, then, rows=there.randint(2, 4), horizon=horizon)
    return image


def street(there, then):
    """Houses with windows, trees, and people with brooms."""
    image = sloped(tint(there, 150, 240), tint(there, 200, 250))
    draw = ImageDraw.Draw(image)
    left = -there.randint(0, 80)
    ground = there.randint(560, 680)
    while left < WIDTH:
        width, top = there.randint(140, 320), there.randint(80, 380)
        draw.rectangle((left, top, left + width, ground), fill=tint(there, 90, 220))
        windows(draw, there, left, top, width, ground)
        left += width + there.randint(0, 30)
    draw.rectangle((0, ground, WIDTH, HEIGHT), fill=tint(there, 90, 140))
    for _ in range(there.randint(2, 6)):
        tree(draw, there, there.randint(0, WIDTH), ground)
    people(draw, then, rows=then.randint(1, 2), horizon=ground - 60)
    return image


def village(there, then):
    """Hills one behind another, fields, a few houses."""
    image = sloped(tint(there, 120, 220), tint(there, 210, 250))
    draw = ImageDraw.Draw(image)
    for step in range(there.randint(3, 5)):
        points, height = [], 240 + step * 90
        for x in range(0, WIDTH + 60, 60):
            height += there.randint(-36, 36)
            points.append((x, height))
        draw.polygon([*points, (WIDTH, HEIGHT), (0, HEIGHT)], fill=green(there, step))
    for _ in range(there.randint(2, 7)):
        house(draw, there, there.randint(0, WIDTH), there.randint(480, 760))
    people(draw, then, rows=1, horizon=then.randint(560, 680))
    return image


def desk(there, then):
    """A sheet of paper with lines of writing and a seal on a table."""
    image = Image.new("RGB", SIZE, tint(there, 90, 180))
    draw = ImageDraw.Draw(image)
    left, top = there.randint(60, 260), there.randint(20, 120)
    right, bottom = WIDTH - there.randint(60, 260), HEIGHT - there.randint(20, 100)
    draw.rectangle((left, top, right, bottom), fill=(246, 244, 238))
    line = top + 50
    while line < bottom - 60:
        x = left + 50
        while x < right - 90:
            width = then.randint(10, 60)
            draw.rectangle((x, line, x + width, line + 14), fill=(50, 50, 56))
            x += width + then.randint(4, 18)
            if then.random() < 0.05:
                break
        line += 34
    x, y = then.randint(left + 200, right - 220), then.randint(top + 300, bottom - 200)
    draw.ellipse((x, y, x + 170, y + 170), outline=(196, 30, 40), width=9)
    draw.text((x + 40, y + 70), words(then, 3), font=font(30), fill=(196, 30, 40))
    return image


def gate(there, then):
    """People in rows before a building with columns."""
    image = sloped(tint(there, 150, 230), tint(there, 200, 250))
    draw = ImageDraw.Draw(image)
    left, right, top = there.randint(40, 200), WIDTH - there.randint(40, 200), there.randint(120, 220)
    draw.rectangle((left, top, right, 640), fill=tint(there, 150, 230))
    draw.polygon([(left, top), ((left + right) // 2, top - 90), (right, top)], fill=tint(there, 90, 160))
    count = there.randint(4, 8)
    for number in range(count):
        x = left + 20 + number * (right - left - 60) // count
        draw.rectangle((x, top + 40, x + there.randint(20, 44), 640), fill=tint(there, 200, 250))
    draw.rectangle((0, 640, WIDTH, HEIGHT), fill=tint(there, 110, 170))
    banner(draw, then, left + 60, top + 60, right - left - 120)
    people(draw, then, rows=then.randint(2, 3), horizon=480)
    return image


# what stands there


def tint(choice, low, high):
    base = choice.randint(low, high)
    return tuple(max(0, min(255, base + choice.randint(-28, 28))) for _ in range(3))


def green(choice, step):
    return (
        90 + step * 12 + choice.randint(-20, 20),
        130 + choice.randint(-26, 26),
        70 + choice.randint(-20, 20),
    )


def sloped(top, bottom):
    """A sky."""
    mask = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), mask)


def windows(draw, choice, left, top, width, ground):
    step, tall = choice.randint(34, 60), choice.randint(44, 70)
    for x in range(left + 14, left + width - 30, step):
        for y in range(top + 18, ground - 50, tall):
            draw.rectangle((x, y, x + step - 16, y + tall - 22), fill=tint(choice, 40, 200))


def tree(draw, choice, x, ground):
    draw.rectangle((x - 8, ground - 140, x + 8, ground), fill=(84, 62, 44))
    for _ in range(26):
        dx, dy, r = choice.randint(-70, 70), choice.randint(-90, 60), choice.randint(14, 36)
        draw.ellipse(
            (x + dx - r, ground - 190 + dy - r, x + dx + r, ground - 190 + dy + r),
            fill=(40 + choice.randint(0, 60), 90 + choice.randint(0, 70), 40 + choice.randint(0, 40)),
        )


def house(draw, choice, x, y):
    width, tall = choice.randint(70, 170), choice.randint(50, 100)
    draw.rectangle((x, y - tall, x + width, y), fill=tint(choice, 190, 240))
    draw.polygon(
        [(x - 14, y - tall), (x + width // 2, y - tall - 50), (x + width + 14, y - tall)],
        fill=tint(choice, 70, 130),
    )
    draw.rectangle((x + 16, y - tall + 18, x + 40, y - 12), fill=tint(choice, 40, 90))


def banner(draw, choice, left, top, width):
    """A red cloth with a slogan."""
    draw.rectangle((left, top, left + width, top + 78), fill=(192 + choice.randint(-12, 20), 24, 32))
    draw.text((left + 30, top + 14), words(choice, width // 56), font=font(46), fill=(252, 226, 130))


def people(draw, choice, rows, horizon):
    for row in range(rows):
        size = 34 + row * 20 + choice.randint(-4, 6)
        y = horizon + 40 + row * (HEIGHT - horizon - 120) // max(rows, 1)
        x = choice.randint(10, 110)
        while x < WIDTH - 40:
            if choice.random() < 0.8:
                person(draw, choice, x, y + choice.randint(-14, 14), size)
            x += int(size * choice.uniform(1.7, 3.4))


def person(draw, choice, x, y, size):
    cloth = tuple(max(0, min(255, c + choice.randint(-24, 24))) for c in choice.choice(CLOTHES))
    draw.rounded_rectangle((x - size, y + size * 0.6, x + size, y + size * 4), radius=size // 2, fill=cloth)
    if choice.random() < 0.4:
        draw.rectangle((x - size // 3, y + size, x + size // 3, y + size * 2.4), fill=(206, 40, 44))
    draw.ellipse((x - size * 0.62, y - size * 0.8, x + size * 0.62, y + size * 0.7), fill=choice.choice(SKIN))
    draw.pieslice((x - size * 0.68, y - size, x + size * 0.68, y + size * 0.4), 180, 360, fill=(28, 24, 24))


def words(choice, count):
    return "".join(choice.choice(WORDS) for _ in range(count))


def font(size):
    return ImageFont.load_default(size)


# the camera


def developed(image, choice):
    """Texture, light from one side, a little blur and noise, as a telephone makes them."""
    image = image.filter(ImageFilter.GaussianBlur(choice.uniform(0.6, 1.4)))
    seed = choice.getrandbits(32)
    for grain, strength in ((12, 0.10), (60, 0.10), (300, 0.06)):
        image = ImageChops.multiply(image, mottled(seed + grain, grain, strength))
    image = ImageEnhance.Brightness(image).enhance(choice.uniform(0.85, 1.12))
    return ImageChops.add(image, grainy(seed), 1, -128)


def mottled(seed, cells, strength):
    """Uneven light in patches, `cells` of them across."""
    choice = random.Random(seed)
    size = (cells, max(1, cells * HEIGHT // WIDTH))
    spots = bytes(255 - int(255 * strength * choice.random()) for _ in range(size[0] * size[1]))
    return Image.frombytes("L", size, spots).resize(SIZE, Image.Resampling.BICUBIC).convert("RGB")


def grainy(seed):
    choice = random.Random(seed)
    tile = Image.frombytes("L", (256, 256), bytes(128 + int(choice.gauss(0, 5)) for _ in range(65536)))
    whole = Image.new("L", SIZE)
    for x in range(0, WIDTH, 256):
        for y in range(0, HEIGHT, 256):
            whole.paste(tile, (x, y))
    return whole.convert("RGB")


# what people do to photos


def saved(image, quality=88, **options):
    """The picture as the bytes of a JPEG."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, **options)
    return file.getvalue()


def again(image, quality):
    return Image.open(io.BytesIO(saved(image, quality))).convert("RGB")


def scaled(image, factor):
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def cropped(image, share, choice):
    """So much of the width and the height cut away, somewhere."""
    width, height = round(image.width * (1 - share)), round(image.height * (1 - share))
    left, top = choice.randint(0, image.width - width), choice.randint(0, image.height - height)
    return image.crop((left, top, left + width, top + height))


def stamped(image, choice):
    """The camera's watermark: date, place and a line, at the lower left."""
    result = image.copy()
    draw = ImageDraw.Draw(result)
    top = image.height - 170
    draw.rectangle((30, top, 36, top + 130), fill=(250, 190, 40))
    day = f"2026-{choice.randint(1, 12):02d}-{choice.randint(1, 28):02d}"
    day += f" {choice.randint(8, 18):02d}:{choice.randint(0, 59):02d}"
    draw.text((54, top), day, font=font(54), fill="white", stroke_width=2, stroke_fill=(60, 60, 60))
    draw.text(
        (54, top + 76),
        words(choice, 9),
        font=font(36),
        fill="white",
        stroke_width=1,
        stroke_fill=(60, 60, 60),
    )
    return result


def screenshot(image, choice):
    """The picture on a telephone's screen: black around it, the time above, buttons below."""
    width, height = 1080, 2340
    screen = Image.new("RGB", (width, height), choice.choice([(0, 0, 0), (255, 255, 255), (24, 24, 26)]))
    ink = "white" if screen.getpixel((0, 0))[0] < 128 else "black"
    inside = ImageOps.contain(image, (width, height))
    screen.paste(inside, (0, (height - inside.height) // 2))
    draw = ImageDraw.Draw(screen)
    draw.text((70, 40), f"{choice.randint(8, 20)}:{choice.randint(10, 59)}", font=font(48), fill=ink)
    draw.rectangle((880, 50, 980, 88), outline=ink, width=4)
    for x in (160, 520, 880):
        draw.ellipse((x, height - 190, x + 60, height - 130), outline=ink, width=5)
    return screen


def framed(image, choice):
    """Even borders all around."""
    edge = choice.randint(30, 120)
    return ImageOps.expand(image, edge, choice.choice(["white", "black", (230, 230, 226)]))


def brightened(image, choice):
    image = ImageEnhance.Brightness(image).enhance(choice.uniform(1.12, 1.3))
    return ImageEnhance.Contrast(image).enhance(choice.uniform(0.85, 1.2))


def from_another_side(image, choice):
    """Not the same photo: the place seen from two steps aside, so that near and far shift."""
    dx, dy = choice.randint(120, 220), choice.randint(60, 140)
    corners = (dx, dy, 0, image.height, image.width - dx // 2, image.height - dy, image.width, dy // 2)
    return image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


CHANGES = {
    "saved again at quality 60": lambda image, choice: again(image, 60),
    "saved again at quality 30": lambda image, choice: again(image, 30),
    "half the size": lambda image, choice: again(scaled(image, 0.5), 80),
    "a quarter of the size": lambda image, choice: again(scaled(image, 0.25), 75),
    "turned by 90°": lambda image, choice: image.transpose(Image.Transpose.ROTATE_90),
    "turned by 180°": lambda image, choice: image.transpose(Image.Transpose.ROTATE_180),
    "turned by 270°": lambda image, choice: image.transpose(Image.Transpose.ROTATE_270),
    "10 % cut away": lambda image, choice: cropped(image, 0.10, choice),
    "20 % cut away": lambda image, choice: cropped(image, 0.20, choice),
    "30 % cut away": lambda image, choice: cropped(image, 0.30, choice),
    "date watermark": stamped,
    "brighter": brightened,
    "borders": framed,
    "screenshot of a telephone": screenshot,
    "screenshot, 10 % cut away before": lambda image, choice: screenshot(
        cropped(image, 0.10, choice), choice
    ),
    "watermark, 10 % cut away, small, quality 60": lambda image, choice: again(
        scaled(cropped(stamped(image, choice), 0.10, choice), 0.5), 60
    ),
    "turned, 10 % cut away": lambda image, choice: cropped(image, 0.10, choice).transpose(
        Image.Transpose.ROTATE_90
    ),
}
