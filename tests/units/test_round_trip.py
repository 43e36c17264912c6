"""A register that leaves as a file comes back as what it is: export, import, export."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from civportal.lib.names import plain_name
from tests.factories import UnitFactory
from tests.units.lists import code
from units.actions import intake
from units.models import Category, Tag, TrailEvent, Unit, UnitName
from units.views import export

pytestmark = pytest.mark.django_db
FORMATS = ["xlsx", "csv"]


@pytest.fixture
def desk(client, admin, monkeypatch):
    monkeypatch.setattr(export, "now", lambda: datetime(2026, 3, 15, 8, tzinfo=UTC))
    client.force_login(admin)
    return client


def taken(client, kind, *, numbers=True):
    """The register as a file, with its telephone numbers or with these masked."""
    address = reverse("units:units_export" if numbers else "units:units")
    answer = client.post(address, {"format": kind, "reason": "年底核对名册"})
    return b"".join(answer.streaming_content)


def rows(content, kind):
    """The rows of the list, without the line that says whose copy it is."""
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    else:
        found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [row for row in found if len([cell for cell in row if cell]) > 1]


def county(count):
    """Units of every kind, with everything that a list can say of one, and what is hard to say."""
    government = UnitFactory(name="云泽县人民政府", participation="outside")
    bureau = UnitFactory(name="云泽县教育局", supervisor=government, uscc=code(1))
    town = UnitFactory(name="临河镇", category=Category.objects.get(code="town"), supervisor=government)
    kinds = list(Category.objects.exclude(code="town"))
    hard = ["=1+1", "+86 转 2", "−", "@甲", "李、王", 'a<b>&"c"', "第一行\n第二行", "'=甲", "001", "1.50"]
    made = Unit.objects.bulk_create(
        Unit(
            name=f"云泽县第{number}单位" if number % 6 else f"临河镇第{number}单位",
            match_name=f"云泽县第{number}单位" if number % 6 else f"临河镇第{number}单位",
            uscc=code(number + 10) if number % 3 else None,
            category=kinds[number % len(kinds)],
            supervisor=bureau if number % 2 else government,
            town=town if number % 5 == 0 else None,
            staff_count=number % 90 if number % 4 else None,
            staff_count_is_approximate=bool(number % 4 and number % 7 == 0),
            contact="赵梅",
            mobile=f"138{number:08d}" if number % 2 else f"138{number:08d} / 139{number:08d}",
            tel=f"0512-6{number:07d}" if number % 3 else "",
            email=f"a{number}@example.cn" if number % 3 else "",
            has_window=[True, False, None][number % 3],
            remark=hard[number % len(hard)],
            address="" if number % 4 else f"临河镇人民路{number}号",
            participation=["participating", "exempt"][number % 11 == 0],
            participation_note="" if number % 11 else "无在编人员",
            is_new_participant=number % 9 == 0,
            founded_on=[None, date(1949, 10, 1), date(1899, 1, 31), date(2026, 3, 15)][number % 4],
            extra=FURTHER[number % len(FURTHER)],
            sort_order=number + 10,
        )
        for number in range(count)
    )
    name(made)
    tag(made)


# What older lists said beside all fields: under a heading of another field, too, and under odd ones.
FURTHER = [
    {},
    {"党员人数": "3"},
    {"手机": "乙 13900000002", "=1+1": "@甲"},
    {"成立日期": "2003", "党员人数": "约4"},
]


def name(units):
    """Other names and former ones, with days and without."""
    UnitName.objects.bulk_create(
        UnitName(
            unit=unit, name=text, match_name=plain_name(text), is_alias=is_alias, from_on=first, to_on=last
        )
        for number, unit in enumerate(units)
        for text, is_alias, first, last in [
            (f"{number}站", True, None, None),
            (f"第{number}所、第{number}室", True, None, None),
            (f"云泽县{number}公司（筹）", False, date(2001, 2, 3), date(2019, 12, 31)),
            (f"老{number}厂", False, None, date(2001, 2, 3)),
            (f"更老{number}厂", False, None, None),
        ][: number % 6]
    )


def tag(units):
    tags = Tag.objects.bulk_create(Tag(name=text) for text in ("窗口", "县城", "A类"))
    bears = Unit.tags.through
    bears.objects.bulk_create(
        bears(unit=unit, tag=one) for number, unit in enumerate(units) for one in tags[: number % 4]
    )


def emptied():
    """The portal without its units, as another county would begin."""
    Unit.objects.update(supervisor=None, town=None)
    Unit.objects.all().delete()


def verdicts(seen):
    return {row.verdict for row in seen.rows if row.verdict != "skipped"}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("numbers", [True, False])
def test_a_list_that_was_not_changed_changes_nothing(desk, kind, numbers):
    county(40)

    seen = intake.look(taken(desk, kind, numbers=numbers), f"名册.{kind}")

    assert verdicts(seen) == {"same"}
    assert len([row for row in seen.rows if row.verdict == "same"]) == 43


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("count", [1, 300])
def test_an_empty_portal_takes_the_list_and_gives_out_the_same(desk, admin, kind, count):
    county(count)
    before = rows(taken(desk, kind), kind)
    content = taken(desk, kind)
    emptied()

    intake.take_in(content, f"名册.{kind}", by=admin)

    assert rows(taken(desk, kind), kind) == before
    assert len(before) == count + 4


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_register_gives_out_its_headings_and_comes_back_as_nothing(desk, kind):
    content = taken(desk, kind)

    with pytest.raises(intake.TableRefused, match="下面没有内容"):
        intake.look(content, f"名册.{kind}")

    assert len(rows(content, kind)) == 1
    assert rows(taken(desk, kind), kind) == rows(content, kind)


@pytest.mark.parametrize("count", [0, 300])
def test_a_text_file_is_the_same_to_the_byte(desk, admin, count):
    county(count)
    first = taken(desk, "csv")
    emptied()
    intake.take_in(first, "名册.csv", by=admin)

    assert taken(desk, "csv") == first


def test_what_a_unit_was_called_and_how_it_is_tagged_comes_back(desk, admin):
    county(6)
    before = told()
    content = taken(desk, "xlsx")
    emptied()

    intake.take_in(content, "名册.xlsx", by=admin)

    assert told() == before


def told():
    """What the database holds of the units beside what all lists say of them."""
    names = UnitName.objects.order_by("unit__sort_order", "is_alias", "pk")
    return [
        list(Unit.objects.values_list("name", "town__name", "founded_on", "is_new_participant", "extra")),
        list(names.values_list("unit__name", "name", "match_name", "is_alias", "from_on", "to_on")),
        list(Unit.objects.order_by("sort_order", "tags__name").values_list("name", "tags__name")),
    ]


def test_a_file_without_telephone_numbers_leaves_further_columns_as_they_are(desk, admin):
    county(3)

    seen = intake.look(taken(desk, "csv", numbers=False), "名册.csv")

    assert verdicts(seen) == {"same"}
    assert ("手机", "乙 139****0002") in {
        (said["column"], said["value"]) for row in seen.rows for said in row.problems
    }


def test_what_was_changed_in_the_file_is_shown_as_a_difference(desk, school):
    Unit.objects.filter(pk=school.pk).update(mobile="13800000001", staff_count=50)
    text = taken(desk, "csv", numbers=False).decode("utf-8-sig")

    seen = intake.look(text.replace('"50"', '"约60"').replace("参创", "免予参创").encode(), "名册.csv")

    [row] = [row for row in seen.rows if row.verdict != "skipped"]
    assert row.verdict == "update"
    assert row.changes["staff_count"] == ["50", "≈60"]
    assert "mobile" not in row.changes


@pytest.mark.parametrize(
    ("field", "text"),
    [("mobile", "138****0001"), ("tel", "****5678"), ("remark", "找138****0001王老师")],
)
def test_a_masked_number_means_as_it_was(desk, school, field, text):
    headings = {"mobile": "手机", "tel": "办公电话", "remark": "备注"}
    Unit.objects.filter(pk=school.pk).update(**{field: "原来的"})

    seen = intake.look(f"单位名称,{headings[field]}\n{school.name},{text}\n".encode(), "名册.csv")

    [row] = [row for row in seen.rows if row.verdict != "skipped"]
    assert row.verdict == "same"
    assert [problem["reason"] for problem in row.problems if problem["value"] == text] == ["masked number"]


@pytest.mark.parametrize(
    ("standing", "note", "verdict", "reason"),
    [
        ("免予参创", "单位撤并中", "update", None),
        ("免予参创", "", "same", "participation not explained"),
        ("随便写写", "", "same", "participation unknown"),
        ("已撤并", "", "error", "unit has ended"),
        ("participating", "", "same", "participation unknown"),
        ("takes part", "", "same", None),
    ],
)
def test_whether_a_unit_takes_part_can_be_said_in_the_list(school, standing, note, verdict, reason):
    text = f"单位名称,参创情况,情况说明\n{school.name},{standing},{note}\n"

    seen = intake.look(text.encode(), "名册.csv")

    [row] = [row for row in seen.rows if row.verdict != "skipped"]
    assert row.verdict == verdict
    assert reason in [problem["reason"] for problem in row.problems] if reason else not row.problems


def test_taking_the_list_is_in_the_trail_with_its_purpose(desk, admin, school):
    taken(desk, "csv")

    [event] = TrailEvent.objects.about(admin)
    assert event.verb == "export"
    assert event.note.startswith("单位名册；1") and event.note.endswith("年底核对名册")
