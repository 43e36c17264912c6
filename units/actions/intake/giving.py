"""What an import gives back: the person's own workbook with its faults marked, and empty templates."""

from dataclasses import dataclass

from django.conf import settings

from civportal.lib import tables
from civportal.lib.tables import Mark, TemplateColumn, mark_workbook, template
from units.models import Office

from .columns import OUR_REMARKS, Layout
from .rows import CATEGORY_WORDS

# What a person is to put right; remarks only tell what was understood.
TO_MARK = {"error", "duplicate", "suspected", "warning"}
YES_NO = ("是", "否")


def marked(batch, content):
    """The list of a batch, given as bytes, with red cells and a column of reasons: .xlsx as bytes."""
    sheets = tables.read(content, batch.file_name, settings.IMPORT_FILE_BYTES)
    layouts = [Layout.from_json(layout) for layout in batch.layout]
    heading_rows = {layout.sheet: layout.last for layout in layouts if layout.state == "read"}
    return mark_workbook(content, sheets, marks_of(batch, layouts), OUR_REMARKS, heading_rows)


def marks_of(batch, layouts):
    """One mark for each thing to put right, at the column of that heading."""
    places = {
        layout.sheet: {column.heading: column.index + 1 for column in reversed(layout.columns)}
        for layout in layouts
    }
    return [
        Mark(row.sheet, row.number, places.get(row.sheet, {}).get(said["column"]), sentence(said))
        for row in batch.rows.to_put_right()
        for said in row.spelled_problems
        if said["level"] in TO_MARK
    ]


def sentence(said):
    """The reason as it stands beside the row, with the column it is about."""
    return f"{said['column']}：{said['sentence']}" if said["column"] else str(said["sentence"])


# templates


@dataclass(frozen=True)
class Template:
    """An empty list of one kind: what it is called, and its columns."""

    title: str
    columns: tuple[TemplateColumn, ...]


def template_of(kind):
    """(file name, .xlsx as bytes) of an empty list of that kind; raises KeyError where there is none.

    The county's name stands in the title, as it does in the lists that come back.
    """
    empty = TEMPLATES[kind]
    title = f"{Office.current().county}{empty.title}"
    return f"{title}模板.xlsx", template(title, empty.columns)


CATEGORIES = tuple(words.split(" ")[0] for _code, words in CATEGORY_WORDS)

TEMPLATES = {
    "units": Template(
        "参创单位名册",
        (
            TemplateColumn("序号", "示例", "“示例”行不会导入，可删可留", 7),
            TemplateColumn("单位名称", "县水利局", "必填，写全称", 28, is_required=True),
            TemplateColumn("简称", "水利局", "平时的叫法，可不填", 12),
            TemplateColumn("统一社会信用代码", "91350100M000100Y43", "18 位，照证书填；没有的空着", 22),
            TemplateColumn("单位类别", "党政机关", "从下拉框里选", 14, CATEGORIES),
            TemplateColumn("主管部门", "县人民政府", "村、社区写所在镇", 20),
            TemplateColumn("所属镇区", "", "村、社区、乡镇单位填写", 14),
            TemplateColumn("地址", "人民路 1 号", "", 24),
            TemplateColumn("在职人数", "50", "填数字；大概的写“约50”", 10, is_number=True),
            TemplateColumn("主要负责人", "", "", 12),
            TemplateColumn("分管领导", "", "", 12),
            TemplateColumn("联系人", "", "负责创建工作的联络员", 12),
            TemplateColumn("手机", "", "两个号码用“/”隔开", 16),
            TemplateColumn("办公电话", "", "带区号；分机写“转801”", 18),
            TemplateColumn("邮箱", "", "", 20),
            TemplateColumn("是否窗口单位", "是", "从下拉框里选", 12, YES_NO),
            TemplateColumn("现有荣誉", "2020年县文明单位", "几项用分号隔开", 28),
            TemplateColumn("申报类别", "", "", 16),
            TemplateColumn("结对村", "", "", 16),
            TemplateColumn("备注", "", "请勿填写身份证号等个人信息", 24),
        ),
    ),
}
