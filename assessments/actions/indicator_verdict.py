"""Judging rows of indicators: what each becomes, and which sums differ from what the list says."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from assessments.models import Indicator, Level, Standard
from assessments.scoring import level
from civportal.lib.clock import today
from civportal.lib.money import plain_decimal
from units.actions.intake import judging

from . import standard_tree
from .standard_tree import BONUS, DEDUCTION, VETO, Line

WHOLE = 100
LENGTH = 120
# What a text about the way of assessing says first, decides.
METHODS = (
    (Indicator.Method.MATERIALS, "材料 资料 文件 图文 档案 汇报 照片 方案 纪要 系统投稿 JPG 书目 简报"),
    (Indicator.Method.ON_SITE, "实地 现场 暗访 访问 抽查"),
    (Indicator.Method.QUESTIONNAIRE, "问卷 网上"),
    (Indicator.Method.DEPARTMENTS, "部门"),
    (Indicator.Method.COMPUTED, "自动"),
)

# How the template and an exported edition say it; such a word says nothing more.
WAYS_SAID = {
    "材料审核": Indicator.Method.MATERIALS,
    "实地考察": Indicator.Method.ON_SITE,
    "问卷调查": Indicator.Method.QUESTIONNAIRE,
    "部门评价": Indicator.Method.DEPARTMENTS,
    "系统自动": Indicator.Method.COMPUTED,
}
APPLIES = {
    "全部单位": Indicator.Applies.ALL,
    "有窗口的单位": Indicator.Applies.WINDOW,
    "结对单位": Indicator.Applies.PAIRED,
}


class System:
    """The rows of one system, and the tree they make."""

    def __init__(self, name, rows):
        self.name, self.rows = name, rows
        self.year = next((row.values["year"] for row in rows if row.values["year"]), None)
        self.by_key = {(row.sheet, row.number): row for row in rows}
        self.lines = [line_of(row) for row in rows]
        self.tree = standard_tree.tree_of(self.lines, name)

    @property
    def shape(self):
        """What makes two editions the same: groups, indicators, full marks, and where the list has a
        column of them, how many reviewers and which levels."""
        return [
            (
                group.name[:LENGTH],
                name_of(line),
                standard_tree.points_of(line),
                reviewers_in(self.by_key[line.key].values)[0],
                levels_in(self.by_key[line.key].values, standard_tree.points_of(line))[0],
            )
            for group in self.tree.groups
            for line in group.items
        ]

    @cached_property
    def tells(self):
        """What the list has a filled column of, beside what every list has."""
        return {name for name in ("reviewers", "levels") if any(row.values[name] for row in self.rows)}

    def is_like(self, shape):
        """Whether an edition has this shape, as far as the list tells."""
        return [self.told(part) for part in self.shape] == [self.told(part) for part in shape]

    def told(self, part):
        *basics, reviewers, levels = part
        return *basics, "reviewers" in self.tells and reviewers, "levels" in self.tells and levels


class Judge(judging.Judge):
    """Judges whole systems, whose rows it keeps: the sums tell what a row is."""

    def __init__(self, layouts):
        super().__init__()
        self.rows, self.heard = [], {}
        self.headings = {layout.sheet: layout.heading_of for layout in layouts}
        self.systems = []

    def hear(self, rows):
        heard = [row for row in rows if row.verdict not in ("skipped", "error")]
        self.rows += heard
        self.heard |= {(row.sheet, row.number): row for row in heard}

    def speak(self, rows):
        """Hand over what was said of the rows when they were heard."""
        for row in rows:
            if heard := self.heard.get((row.sheet, row.number)):
                row.verdict, row.problems, row.changes = heard.verdict, heard.problems, heard.changes

    def settle(self):
        for row in self.rows:
            if row.decision == "leave":
                row.end("skipped", "left out by hand")
                row.problems[0]["judged"] = True
        self.systems = [System(name, rows) for name, rows in self.by_system().items()]
        known = known_editions([system.name for system in self.systems])
        for system in self.systems:
            self.judge(system, known)

    def by_system(self):
        found = {}
        for row in self.rows:
            if not row.verdict:
                found.setdefault((row.values["system"] or row.sheet)[:80], []).append(row)
        return found

    def judge(self, system, known):
        """Say of each row what it becomes, and of the first row what the whole comes to."""
        taken = {line.key for group in system.tree.groups for line in group.items}
        taken |= {line.key for _kind, line in system.tree.rules}
        is_known = any(map(system.is_like, known.get(system.name, [])))
        for line in system.lines:
            row = system.by_key[line.key]
            if not line.is_head and line.key not in taken:
                self.end(row, "no points")
                continue
            row.verdict = "same" if is_known else "new"
            if not is_known:
                row.changes = {"becomes": ["", self.becomes(line)]}
                self.remark_on(row, line)
        if system.tree.groups and not is_known:
            self.warn_of_sums(system)

    def becomes(self, line):
        if line.is_head:
            return _("head")
        kind = standard_tree.kind_of(line)
        words = {BONUS: _("bonus"), DEDUCTION: _("deduction"), VETO: _("veto item")}
        points = line.points or standard_tree.range_in(line.note)
        return f"{words.get(kind, _('indicator'))} {points}".strip()

    def remark_on(self, row, line):
        if len(line.name) > LENGTH:
            self.say(row, "remark", "name shortened", "name")
        is_indicator = not line.is_head and standard_tree.kind_of(line) == standard_tree.INDICATOR
        if is_indicator and not method_of(row.values["method"]):
            self.say(row, "remark", "way of assessing", "method")
        if is_indicator:
            self.warn_of_parts(row, line)

    def warn_of_parts(self, row, line):
        """What is said of reviewers and levels, and cannot be taken."""
        for name, (_value, reason) in (
            ("reviewers", reviewers_in(row.values)),
            ("levels", levels_in(row.values, standard_tree.points_of(line))),
        ):
            if reason:
                self.say(row, "warning", reason, name)

    def warn_of_sums(self, system):
        for key, name, stated, found in system.tree.differences:
            row = system.by_key[key]
            value = f"{name}：{plain_decimal(stated)} ≠ {plain_decimal(found)}"
            self.say(row, "warning", "head differs", "head_points", value)
        first = system.rows[0]
        if system.tree.total != WHOLE:
            value = f"{system.name}：{plain_decimal(system.tree.total)}"
            self.say(first, "warning", "total differs", "points", value)
        if system.year is None:
            self.say(first, "remark", "year of the edition", "year", str(today().year))

    def end(self, row, reason):
        row.end("error", reason, self.headings[row.sheet].get("points"), row.raw.get("points", ""))
        row.problems[0]["judged"] = True

    def say(self, row, level, reason, name, value=None):
        heading = self.headings[row.sheet].get(name)
        row.say(level, reason, heading, row.raw.get(name, "") if value is None else value)
        row.problems[-1]["judged"] = True


def line_of(row):
    said = row.values
    return Line(
        key=(row.sheet, row.number),
        name=said["name"],
        points=said["points"],
        heads=tuple(said["heads"]),
        head_points=said["head_points"],
        number=said["number"],
        indent=said["indent"],
        rule_type=said["rule_type"],
        note=said["rule"],
        is_head=said["is_alone"],
    )


def name_of(line):
    """What the indicator is called, without its number, as long as there is room."""
    return (standard_tree.number_of(line.name)[1] or line.name)[:LENGTH]


def method_of(text):
    """The way of assessing that the text names first, or ""."""
    places = [
        (text.index(word), method) for method, words in METHODS for word in words.split(" ") if word in text
    ]
    return min(places)[1] if places else ""


def reviewers_in(said):
    """(how many reviewers the row asks for, why not what it says): one where it says nothing."""
    text = said["reviewers"].removesuffix("人").removesuffix("名")
    if not text:
        return 1, ""
    is_possible = text in {"1", "2", "3", "4", "5"}
    is_asked = method_of(said["method"]) == Indicator.Method.MATERIALS
    if not is_possible or (text != "1" and not is_asked):
        return 1, "reviewers not read"
    return int(text), ""


def levels_in(said, maximum):
    """(the described levels of the row from high to low, why not): none where they cannot be taken."""
    try:
        bands = level.bands_in(said["levels"])
    except ValueError:
        return [], "levels not read"
    if level.fault(bands, maximum):
        return [], "levels do not fit"
    return level.in_order(bands), ""


def known_editions(names):
    """Name → the shapes of the editions of that name, in three queries however many there are."""
    # An edition of rules only has no indicator.
    found = {}
    editions = Standard.objects.filter(source_name__in=names).values_list("source_name", "pk")
    for name, number in editions:
        found.setdefault(name, {})[number] = []
    described = {}
    for one in Level.objects.filter(indicator__standard__source_name__in=names):
        described.setdefault(one.indicator_id, []).append(one.band)
    rows = (
        Indicator.objects.filter(standard__source_name__in=names, parent__isnull=False)
        .order_by("standard", "sort_order", "pk")
        .values_list(
            "pk", "standard", "standard__source_name", "parent__name", "name", "maximum", "reviewers_needed"
        )
    )
    for pk, number, name, *shape in rows:
        found[name][number].append((*shape, described.get(pk, [])))
    return {name: list(shapes.values()) for name, shapes in found.items()}
