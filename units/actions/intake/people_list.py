"""Lists of people: liaisons, leaders, the office's own staff, with the role each holds and for whom."""

from django.utils.translation import gettext_lazy, ngettext_lazy

from civportal.lib.tables import TemplateColumn
from units.models import Role

from . import cells, people_taking, people_verdict
from .columns import Vocabulary
from .kinds import NUMBERED, ListKind, Template
from .reading import ListReader

HEADINGS = {
    "seq": "序号 编号 No No. 序",
    "name": "姓名 人员姓名 联络员姓名 联络员 联系人姓名 名字 联系人",
    "username": "账号 用户名 登录名 登录账号 工号",
    "role": "角色 任职 身份 岗位 人员类别 类别",
    "unit": "单位名称 所在单位 工作单位 单位 参创单位 服务单位",
    "uscc": "统一社会信用代码 信用代码",
    "supervisor": "主管部门 主管单位 归口部门",
    "mobile": "手机 手机号 手机号码 联系电话 联系方式 电话 移动电话",
    "post": "职务 职位",
    "private": "身份证 身份证号 身份证号码 公民身份号码 出生年月 出生日期 家庭住址 住址",
}
# How lists call the roles; the first word of each is how the portal does.
ROLES = {
    Role.ADMINISTRATOR: "系统管理员 管理员",
    Role.DIRECTOR: "文明办主任 主任",
    Role.CASE_OFFICER: "经办人 文明办经办人 工作人员 文明办工作人员",
    Role.AUDITOR: "审计监督员 审计员 监督员",
    Role.INSPECTOR: "检查员 督查员 检查人员",
    Role.COUNTY_LEADER: "县领导 县分管领导",
    Role.SUPERVISOR: "主管部门 主管部门人员 主管部门联络员 归口部门",
    Role.UNIT_LEADER: "单位领导 单位负责人 分管领导 主要领导 主要负责人 领导",
    Role.LIAISON: "单位联络员 联络员 专职联络员 联系人",
    Role.DEPUTY: "代理联络员 副联络员 兼职联络员 替班联络员 B岗",
}
ROLE_WORDS = [words.split(" ")[0] for words in ROLES.values()]
ROLE_OF = {word: role for role, words in ROLES.items() for word in words.split(" ")}

# The most characters of a name and of an account.
ROOM = 60
TEMPLATE = Template(
    "人员名册",
    (
        NUMBERED,
        TemplateColumn("姓名", "赵梅", "必填", 12, is_required=True),
        TemplateColumn("角色", "单位联络员", "从下拉框里选；空着就是单位联络员", 16, tuple(ROLE_WORDS)),
        TemplateColumn("单位名称", "县水利局", "写名册里的全称；文明办人员空着", 28),
        TemplateColumn("统一社会信用代码", "91350100M000100Y43", "单位有同名时填写", 22),
        TemplateColumn("主管部门", "", "单位有同名、又没有代码时填写", 20),
        TemplateColumn("账号", "", "已有账号的照写；空着由系统编", 16),
    ),
)


class PersonReader(ListReader):
    """Reads a row as a person with a role."""

    nameless = "no person"
    room = ROOM
    spanning = {"unit", "uscc", "supervisor", "role"}
    never_carried = {"seq", "name", "username", "mobile"}

    def row(self, number, texts):
        row = self.new_row(number, texts)
        row.values["username"] = self.plain(row, "username").lower()
        row.values["uscc"] = cells.code(row.raw.get("uscc", ""))[0]
        row.values["supervisor"] = self.plain(row, "supervisor")
        row.values["unit"] = cells.name(row.raw.get("unit", ""))[0]
        row.values["post"] = self.plain(row, "post")
        row.values["mobile"] = cells.mobile(row.raw.get("mobile", ""))[0].replace("tel:", " ").strip()
        self.role(row)
        if len(row.values["username"]) > ROOM:
            self.refuse(row, "too long", "username")
        # Telephone numbers are shown cleaned, not as they stand in the file.
        row.raw.pop("mobile", None)
        return row

    def role(self, row):
        """The role in the list's words, as the portal exports it behind its unit; without any, a liaison."""
        text = self.plain(row, "role")
        unit, _blank, last = text.rpartition(" ")
        text = text.replace(" ", "")
        if unit and text not in ROLE_OF and last in ROLE_OF:
            row.values["unit"] = row.values["unit"] or cells.name(unit)[0]
            text = last
        row.values["role"] = ROLE_OF.get(text, "" if text else Role.LIAISON)
        if not row.values["role"]:
            self.refuse(row, "role unknown", "role")


class PeopleList(ListKind):
    """People: new ones get an account with a one-time password, known ones one more role."""

    code = "people"
    label = gettext_lazy("People")
    hint = gettext_lazy("Name, unit and role; new people get an account with a one-time password.")
    permission = "units.import_people"
    vocabulary = Vocabulary(HEADINGS, frozenset({"联络员", "联系人", "名字"}))
    # A unit list has contacts, too: what makes a list of people is that the name heads a column.
    needs = ("username", "role", "unit")
    reader = PersonReader
    shown_cells = ("name", "unit", "role", "post")
    labels = {
        "seq": gettext_lazy("running number"),
        "name": gettext_lazy("full name"),
        "username": gettext_lazy("account"),
        "role": gettext_lazy("role"),
        "unit": gettext_lazy("unit"),
        "uscc": gettext_lazy("unified social credit code"),
        "supervisor": gettext_lazy("supervising unit"),
        "mobile": gettext_lazy("mobile"),
        "post": gettext_lazy("post"),
        "private": gettext_lazy("private: not taken in"),
        "account": gettext_lazy("account"),
        "roles": gettext_lazy("roles held"),
    }
    reasons = {
        "no person": gettext_lazy("The row names nobody. Fill the name in, or delete the row."),
        "role unknown": gettext_lazy(
            "This role is not known. Write 联络员, 代理联络员, 单位领导 or 主管部门, or a role of the office."
        ),
        "unit not in the register": gettext_lazy(
            "The unit is not in the register. Enter it, or give the unit this further name."
        ),
        "unit missing": gettext_lazy("This role is for one unit. Fill in which."),
        "unit not needed": gettext_lazy("This role is for the whole county; the unit is not taken in."),
        "account of another": gettext_lazy(
            "This account belongs to somebody of another name. Correct one of them."
        ),
        "account blocked": gettext_lazy(
            "The account is blocked. Unblock it first, if it is the same person."
        ),
        "same person": gettext_lazy("The same person in the same role stands above in this list."),
        "same name elsewhere": gettext_lazy("Somebody of this name has an account already."),
    }
    written = ngettext_lazy("%(n)s person is taken in", "%(n)s people are taken in", "n")
    would_be_written = ngettext_lazy(
        "%(n)s person would be taken in; nothing is written yet",
        "%(n)s people would be taken in; nothing is written yet",
        "n",
    )
    write = ngettext_lazy("Take in %(n)s person", "Take in %(n)s people", "n")
    is_written = ngettext_lazy("%(count)s person is taken in.", "%(count)s people are taken in.", "count")
    nothing_to_write = gettext_lazy(
        "There is nothing to write: everybody in the list has an account and the role."
    )
    column = gettext_lazy("Person")
    name_missing = gettext_lazy("Say which column holds the people's names.")
    template = TEMPLATE
    undoing = gettext_lazy(
        "The roles that it gave end today, and accounts that nobody has used are blocked. If somebody has "
        "signed in with one by now, nothing is undone and you are told who."
    )

    def recognizes(self, layout):
        fields = {column.field for column in layout.columns}
        heading = layout.heading_of.get("name", "")
        return super().recognizes(layout) if "姓名" in heading or fields & {"username", "role"} else 0

    def judge(self, layouts, county, *, locked=False):
        return people_verdict.Judge(layouts, county, locked=locked)

    def save(self, batch, judge, *, by):
        return people_taking.write(*judge.chosen_rows(), batch, judge, by=by)

    def take_back(self, batch, *, by):
        people_taking.take_back(batch, by=by)

    def facts(self, row):
        said = row.values
        role = dict(Role.choices).get(said.get("role"), row.raw.get("role"))
        return [
            str(text) for text in (role, said.get("unit"), said.get("post"), said.get("username")) if text
        ]

    def beside(self, row):
        against = row.against
        if "facts" not in against:
            return super().beside(row)
        return {
            "over": gettext_lazy("Has an account already"),
            "title": against["name"],
            "url": "",
            "facts": against["facts"],
        }
