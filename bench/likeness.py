"""How well and how fast photos and texts are known again.

    python -m bench.likeness pictures [places]   precision and recall on made photos, change by change
    python -m bench.likeness texts [reports]     the same on made reports
    python -m bench.likeness speed [many]        looking one up among many, on a scratch database

The first two need no database; their tables stand in docs/likeness.md, the third's in README.md.
"""

import io
import os
import random
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection
from django.test.runner import DiscoverRunner

from assessments.actions import likeness
from assessments.models import EvidenceFile, LedgerEntry, PictureMark, PictureWord, TextMark, TextPiece
from bench.search import version
from civportal.lib.likeness import picture_marks, pictures, texts
from tests.factories import CaseOfficerFactory, CycleFactory, LiaisonFactory, UnitFactory
from tests.likeness import scenes, writings

ROUNDS = 30
STEP = 5_000
FILES_OF_ENTRY = 10


# how well: photos


def measure_pictures(places=100):
    """Every place is kept with two moments; each changed photo then asks who it is."""
    originals = {place: scenes.scene(place, 0) for place in range(places)}
    kept = {(place, 0): asking(image).marks for place, image in originals.items()}
    kept |= {(place, 1): asking(scenes.scene(place, 1)).marks for place in range(places)}
    holders = defaultdict(set)
    for name, marks in kept.items():
        for word in marks.words:
            holders[word].add(name)
    print(f"{places} places, {len(kept)} photos kept\n")
    print("| change | found | recall | wrong ones | precision |\n| --- | --: | --: | --: | --: |")
    for name, change in scenes.CHANGES.items():
        right, wrong = 0, 0
        for place, image in originals.items():
            found = who_is(change(image, random.Random(place)), kept, holders)
            right += (place, 0) in found
            wrong += len(found - {(place, 0)})
        row(name, right, places, wrong)
    print("\n| another photo, asked against all | called nearly the same | of |\n| --- | --: | --: |")
    for name, image_of in OTHERS.items():
        called = [bool(who_is(image_of(place), kept, holders)) for place in range(places)]
        print(f"| {name} | {sum(called)} | {places} |", flush=True)


OTHERS = {
    "a third moment, the camera on the same stand": lambda place: scenes.scene(place, 2),
    "a third moment, from another side": lambda place: scenes.from_another_side(
        scenes.scene(place, 2), random.Random(place)
    ),
    "places that are not kept": lambda place: scenes.scene(f"unknown {place}", 0),
}


def asking(image):
    return pictures.read(picture_marks.marks(picture_marks.in_grey(image)))


def who_is(image, kept, holders):
    """What the portal would call nearly the same, found the way the database finds it."""
    asked = asking(image)
    common = Counter(name for word in asked.words for name in holders.get(word, ()))
    near = [name for name, n in common.most_common(likeness.LOOKED_AT) if n >= pictures.COMMON_WORDS]
    return {name for name in near if pictures.likeness(asked, kept[name]) >= pictures.ALIKE}


def row(name, right, asked, wrong):
    precision = right / (right + wrong) if right + wrong else 1
    print(f"| {name} | {right} | {right / asked:.2f} | {wrong} | {precision:.2f} |", flush=True)


# how well: texts


def measure_texts(reports=400):
    """Of every topic two units and of every unit two topics are kept; each changed report asks."""
    words = {number: report(number, reports) for number in range(reports)}
    kept = {number: writings.text_of(said) for number, said in words.items()}
    holders = defaultdict(set)
    for number, text in kept.items():
        for piece in texts.sketch(text):
            holders[piece].add(number)
    print(f"{reports} reports kept, {sum(map(len, kept.values())) // reports} letters each\n")
    print("| change | found | recall | wrong ones | precision |\n| --- | --: | --: | --: | --: |")
    for name, change in writings.CHANGES.items():
        right, wrong = 0, 0
        for number, said in words.items():
            found = whose(writings.text_of(change(said, random.Random(number))), kept, holders)
            right += number in found
            wrong += len(found - {number})
        row(name, right, reports, wrong)
    print("\n| two reports of their own | called taken from the other | of |\n| --- | --: | --: |")
    for name, belongs in RELATIONS.items():
        both = [(one, two) for one in range(reports) for two in range(one) if belongs(one, two, reports)]
        alike = sum(texts.compare(kept[one], kept[two]).is_alike for one, two in both)
        print(f"| {name} | {alike} | {len(both)} |", flush=True)


def report(number, reports):
    """Half of the units write twice about one topic, every topic is written about by four."""
    return writings.report(f"unit {number % (reports // 2)}", f"topic {number % (reports // 4)}", number)


RELATIONS = {
    "same unit, same topic, another day": lambda one, two, n: (one - two) % (n // 2) == 0,
    "same topic, another unit": lambda one, two, n: (one - two) % (n // 4) == 0 and (one - two) % (n // 2),
    "anything else": lambda one, two, n: (one - two) % (n // 4),
}


def whose(text, kept, holders):
    common = Counter(number for piece in texts.sketch(text) for number in holders.get(piece, ()))
    near = [number for number, n in common.most_common(likeness.LOOKED_AT) if n >= likeness.COMMON_PIECES]
    return {number for number in near if texts.compare(text, kept[number]).is_alike}


# how fast


def measure_speed(many=100_000):
    runner = DiscoverRunner(verbosity=0, interactive=False)
    kept = runner.setup_databases()
    try:
        began = perf_counter()
        drawn = [told_of(scenes.scene(place, 0)) for place in range(ROUNDS)]
        fill(many, [pictures.read(told) for told in drawn])
        print(f"{connection.vendor} {version()}, {many:,} photos with {PictureWord.objects.count():,} words,")
        print(f"{many:,} texts with {TextPiece.objects.count():,} pieces, n={ROUNDS};", end=" ")
        print(f"filled in {perf_counter() - began:.0f} s\n")
        print("| what | median ms | p95 |\n| --- | --: | --: |")
        ask(drawn)
        recall(many)
        sizes()
    finally:
        runner.teardown_databases(kept)


def told_of(image):
    return {"taken_at": "", **picture_marks.marks(picture_marks.in_grey(image))}


def fill(many, drawn):
    """Entries with a text and a photo each, of 500 units; words spread as those of drawn pictures are."""
    choice = random.Random(1)
    units = [UnitFactory() for _ in range(500)]
    year, author = CycleFactory(), LiaisonFactory(memberships__unit=units[0])
    real = [word for asked in drawn for word in asked.marks.words]
    for start in range(0, many, STEP):
        numbers = range(start, min(start + STEP, many))
        said = [writings.text_of(writings.report(f"unit {n % 500}", f"topic {n % 90}", n)) for n in numbers]
        entries = LedgerEntry.objects.bulk_create(
            entry_of(number, text, year, units, author) for number, text in zip(numbers, said, strict=True)
        )
        EvidenceFile.objects.bulk_create(
            file_of(entry, n, author) for entry, n in zip(entries, numbers, strict=True)
        )
        marks = PictureMark.objects.bulk_create(
            mark_like(drawn[n % len(drawn)].marks, content(n), choice) for n in numbers
        )
        written = TextMark.objects.bulk_create(
            TextMark(entry=entry, sha256=content(entry.pk)) for entry in entries
        )
        insert(PictureWord, "word", ((word, mark.pk) for mark in marks for word in some_words(real, choice)))
        insert(
            TextPiece,
            "number",
            ((one, mark.pk) for mark, text in zip(written, said, strict=True) for one in texts.sketch(text)),
        )
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself after a while.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def content(number):
    return f"{number:064x}"


def entry_of(number, text, year, units, author):
    moment = datetime(2026, 1 + number % 9, 1 + number % 28, tzinfo=UTC)
    handed_in = {"receipt": f"B{number}", "submitted_at": moment, "first_submitted_at": moment}
    return LedgerEntry(
        cycle=year,
        unit=units[number % 500],
        title=f"活动{number}",
        held_on=moment.date(),
        place="会议室",
        text=text,
        created_by=author,
        submitted_by=author,
        status="submitted",
        **handed_in,
    )


def file_of(entry, number, author):
    return EvidenceFile(
        entry=entry, name="照片.jpg", kind="jpg", sha256=content(number), size=1, uploaded_by=author
    )


def mark_like(marks, sha256, choice):
    """As large as a drawn one; what it shows is nothing."""
    return PictureMark(
        sha256=sha256,
        width=marks.width,
        height=marks.height,
        points=pictures.packed(marks.points),
        detail=choice.randbytes(len(marks.detail)),
    )


def some_words(real, choice):
    """Forty words with the habits of real ones: every one of their 27 bits changed in one of four."""
    found = set()
    while len(found) < 40:
        found.add(choice.choice(real) ^ (choice.getrandbits(27) & choice.getrandbits(27)))
    return found


def insert(model, column, rows):
    """Many narrow rows without making records of them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = io.StringIO("".join(f"{value}\t{mark}\n" for value, mark in rows))
            cursor.copy_expert(f"COPY {table} ({column}, mark_id) FROM STDIN", lines)
        else:
            cursor.executemany(f"INSERT INTO {table} ({column}, mark_id) VALUES (%s, %s)", list(rows))


def ask(drawn):
    """Each act once for every drawn picture or for an entry somewhere in the middle."""
    officer = CaseOfficerFactory()
    middle = LedgerEntry.objects.order_by("pk")[LedgerEntry.objects.count() // 2 :][:ROUNDS]
    entries = list(middle)
    liaison = LiaisonFactory(memberships__unit=entries[0].unit)
    asked = [pictures.read(told) for told in drawn]
    timed(
        "a new photo: words asked for in the index",
        lambda n: likeness.counted(PictureWord, "word", asked[n].words),
    )
    timed(
        "a new photo: kept, looked up, compared, paired",
        lambda n: likeness.mark_from(content(10**9 + n), drawn[n]),
    )
    timed("a text saved: its marks written", lambda n: likeness.mark_text(changed(entries[n])))
    timed("a text: looked up in the index", lambda n: likeness.near_texts(entries[n]))
    for entry in entries:
        # One of them is a photo that another entry has, too; the others are new.
        numbers = [entry.pk + 7, *(10**10 + FILES_OF_ENTRY * entry.pk + k for k in range(FILES_OF_ENTRY - 1))]
        EvidenceFile.objects.bulk_create(file_of(entry, number, liaison) for number in numbers)
    for who, user in (("the reviewer", officer), ("the liaison", liaison)):
        timed(
            f"all findings of an entry with {FILES_OF_ENTRY + 1} photos and a text, for {who}",
            lambda n, user=user: likeness.findings(LedgerEntry.objects.get(pk=entries[n].pk), for_user=user),
        )


def recall(many):
    """Whether a text taken from one of very many is still found, although common pieces are left out."""
    print("\n| a text taken from one of them | found | of |\n| --- | --: | --: |")
    originals = list(LedgerEntry.objects.order_by("pk")[many // 3 :][:ROUNDS])
    entry = entry_of(many, "", originals[0].cycle, [originals[0].unit] * 500, originals[0].created_by)
    entry.save()
    officer = CaseOfficerFactory()
    for name in ("copied", "10 % of the words replaced", "half written anew", "inside a longer report"):
        right = 0
        for original in originals:
            number = int(original.title.removeprefix("活动"))
            words = writings.report(f"unit {number % 500}", f"topic {number % 90}", number)
            entry.text = writings.text_of(writings.CHANGES[name](words, random.Random(number)))
            likeness.mark_text(entry)
            found = likeness.findings(entry, for_user=officer)
            right += any(other.entry == original for finding in found for other in finding.others)
        print(f"| {name} | {right} | {ROUNDS} |", flush=True)


def changed(entry):
    entry.text += "又补充了一句话。"
    return entry


def timed(what, act):
    spent = []
    for number in range(ROUNDS):
        began = perf_counter()
        act(number)
        spent.append((perf_counter() - began) * 1000)
    print(f"| {what} | {median(spent):.1f} | {quantiles(spent, n=20)[-1]:.1f} |", flush=True)


def sizes():
    """How much room the marks take, where the database tells."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (PictureMark, PictureWord, TextMark, TextPiece):
            cursor.execute("SELECT pg_total_relation_size(%s)", [model._meta.db_table])
            print(f"{model._meta.db_table}: {cursor.fetchone()[0] / 2**20:.0f} MiB")


if __name__ == "__main__":
    measure = {"pictures": measure_pictures, "texts": measure_texts, "speed": measure_speed}
    measure[sys.argv[1]](*map(int, sys.argv[2:3]))
