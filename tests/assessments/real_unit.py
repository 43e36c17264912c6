"""A unit's year of real size: 60 records of every kind, 180 files, and what stands beside them."""

import io
import random
from datetime import date, timedelta

from PIL import Image, ImageDraw

from assessments.models import LedgerEntry, UnitYear
from tests.factories import (
    AwardFactory,
    ClaimFactory,
    DocumentFactory,
    EntryFactory,
    EvidenceFactory,
    LetterFactory,
    PaperFactory,
    PlanFactory,
    PlanItemFactory,
    files,
)
from units.models import Organization

ENTRIES, FILES = 60, 180
# What stands in the binder beside the records and their files.
MORE_RECORDS, MORE_FILES = 7, 3
NAMES = (
    "签到表（第{}次）.jpg",
    "活动 现场 {}.jpg",
    "工作总结《{}》.docx",
    "会议纪要{}.pdf",
    "统计：{}.xlsx",
    "照片.jpg",
)
TEXT = (
    "按照年度创建规划，组织干部职工开展活动。活动前召开筹备会，明确责任分工；活动中做好记录和签到；"
    "活动后及时总结，形成长效机制。参加人员一致认为，活动贴近实际、富有成效，群众满意度有所提高。"
)


def photo(number, edge=(1600, 1200)):
    """A photo that differs from every other, with colors as a real one has them, and a place and a time."""
    chance = random.Random(number)
    small = Image.new("RGB", (32, 24))
    small.putdata([tuple(chance.randrange(40, 220) for _channel in range(3)) for _pixel in range(32 * 24)])
    picture = small.resize(edge, Image.Resampling.BICUBIC)
    ImageDraw.Draw(picture).text((60, 60), f"photo {number}", fill="white", font_size=80)
    exif = Image.Exif()
    exif[0x0132] = "2026:06:01 09:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def content_of(kind, number, edge):
    if kind == "jpg":
        return photo(number, edge)
    makers = {
        "pdf": lambda: files.pdf(pages=1 + number % 3, text=f"minutes {number}"),
        "docx": lambda: files.docx(text=f"第{number}份总结"),
        "xlsx": lambda: files.xlsx(rows=((number, "合计"),)),
    }
    return makers[kind]()


def furnish(unit, cycle, by, *, entries=ENTRIES, count=FILES, edge=(1600, 1200), start=0):
    """Give the unit its year; answers the records that were handed in."""
    UnitYear.objects.get_or_create(cycle=cycle, unit=unit)
    kinds = LedgerEntry.Kind.values
    made = [
        EntryFactory(
            unit=unit,
            cycle=cycle,
            created_by=by,
            accepted=True,
            receipt=f"YZ-2026-{start + number:05}",
            kind=kinds[number % len(kinds)],
            title=f"第{number + 1}次“文明创建”活动",
            held_on=date(2026, 1, 5) + timedelta(days=5 * number),
            text=TEXT,
        )
        for number in range(entries)
    ]
    for entry in made:
        ClaimFactory(entry=entry, points=1)
    for number in range(count):
        name = NAMES[number % len(NAMES)].format(number)
        kind = name.rpartition(".")[2]
        content = content_of(kind, start + number, edge)
        EvidenceFactory(entry=made[number % entries], name=name, kind=kind, content=content, uploaded_by=by)
    beside(unit, cycle, by)
    return made


def beside(unit, cycle, by):
    """A plan, a letter with its scan, papers, a document of the office, an honor, and a draft."""
    plan = PlanFactory(unit=unit, cycle=cycle, accepted=True, submitted_by=by, receipt=f"YZ-2026-P{unit.pk}")
    for _number in range(4):
        PlanItemFactory(plan=plan)
    LetterFactory(unit=unit, recorded_by=by, paper=PaperFactory(unit=unit, added_by=by, title="责任书扫描件"))
    group = PaperFactory(unit=unit, added_by=by, content=files.pdf(text=f"group {unit.pk}"))
    Organization.objects.create(unit=unit, group_head="林知远", planned_together=True, group_paper=group)
    DocumentFactory(cycle=cycle, issued=True, to=[unit], created_by=by)
    AwardFactory(unit=unit, granted_by=by)
    EntryFactory(unit=unit, cycle=cycle, created_by=by, title="还没写完的草稿")
