"""The list of units: the kind for which the portal is installed first."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from civportal.lib.masking import mask
from civportal.lib.tables import TemplateColumn
from units.models import Category, Unit
from units.models.intake_kinds import UNITS

from . import verdict, writing
from .columns import UNIT_LIST
from .kinds import NUMBERED, ListKind, Template, Written, above_in_list
from .rows import CATEGORY_WORDS

# What is shown masked: whoever needs it looks at it on the unit's page.
NUMBERS = {"mobile", "tel"}
LABELS = {
    "seq": gettext_lazy("running number"),
    "name": gettext_lazy("name of the unit"),
    "short_name": gettext_lazy("short name"),
    "private": gettext_lazy("private: not taken in"),
    "names": gettext_lazy("other names"),
    "former_names": gettext_lazy("former names"),
}

CATEGORIES = tuple(words.split(" ")[0] for _code, words in CATEGORY_WORDS)
YES_NO = ("是", "否")
TEMPLATE = Template(
    "参创单位名册",
    (
        NUMBERED,
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
)


class UnitList(ListKind):
    """Units: recognized by code or name, new ones in the list's order."""

    code = UNITS
    label = gettext_lazy("Units")
    hint = gettext_lazy("The county's list of units, with any headings.")
    permission = "units.import_units"
    vocabulary = UNIT_LIST
    lists_units = True
    shown_cells = ("name", "uscc", "category", "supervisor")
    written = ngettext_lazy("%(n)s unit is written", "%(n)s units are written", "n")
    would_be_written = ngettext_lazy(
        "%(n)s unit would be written; nothing is yet", "%(n)s units would be written; nothing is yet", "n"
    )
    write = ngettext_lazy("Write %(n)s unit", "Write %(n)s units", "n")
    is_written = ngettext_lazy("%(count)s unit is written.", "%(count)s units are written.", "count")
    nothing_to_write = gettext_lazy(
        "There is nothing to write: every unit of the list is in the register as it stands here."
    )
    column = gettext_lazy("Unit")
    name_missing = gettext_lazy("Say which column holds the units' names.")
    template = TEMPLATE

    def reader_of(self, sheet, layout):
        return self.reader(sheet, layout, dict(Category.objects.values_list("name", "code")))

    def judge(self, layouts, county, *, locked=False):
        headings = {layout.sheet: layout.heading_of for layout in layouts}
        return verdict.Judge(verdict.Registry([county], locked=locked), headings)

    def save(self, batch, judge, *, by):
        return Written(writing.write(batch, judge, by=by))

    def take_back(self, batch, *, by):
        writing.take_back(batch, by=by)

    def label_of(self, name):
        return LABELS.get(name) or Unit._meta.get_field(name).verbose_name

    def shown(self, name, value):
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name in NUMBERS:
            return mask(value)
        if name == "participation":
            return dict(Unit.Participation.choices).get(value, value)
        return value

    def facts(self, row):
        said = row.values
        count = said.get("staff_count")
        about = "≈" if said.get("staff_count_is_approximate") else ""
        return [
            fact
            for fact in (
                said.get("uscc"),
                row.raw.get("category"),
                row.raw.get("supervisor"),
                " ".join(filter(None, (said.get("contact"), mask(said.get("mobile") or said.get("tel"))))),
                _("%(count)s staff") % {"count": f"{about}{count}"} if count is not None else "",
            )
            if fact
        ]

    def beside(self, row):
        if row.unit is None:
            against = row.against
            facts = [against.get("uscc") or _("no code"), against.get("supervisor"), contact_in(against)]
            return above_in_list(row) | {"facts": list(filter(None, facts))}
        unit = row.unit
        said = {"contact": unit.contact, "mobile": unit.mobile}
        facts = [unit.uscc or _("no code"), unit.category, unit.supervisor, contact_in(said)]
        return {
            "over": _("In the register"),
            "title": unit.name,
            "url": unit.get_absolute_url(),
            "facts": list(filter(None, facts)),
        }


def contact_in(said):
    """The contact with the masked mobile number."""
    return " ".join(filter(None, (said.get("contact"), mask(said.get("mobile") or ""))))
