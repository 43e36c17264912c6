"""A tree of indicators out of the rows of a list: plain functions on plain values.

A list says where a row stands in one of three ways: heads in columns of their own, numbers (一、（一）、
1.1.1), or blanks before the name. Whatever the depth, what is scored are the leaves.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

INDICATOR, BONUS, DEDUCTION, VETO, UNKNOWN = "indicator", "bonus", "deduction", "veto", ""
# How a column of its own says what a row is.
WAYS = {"加分": BONUS, "扣分": DEDUCTION, "否决": VETO}

NUMBERS = (
    ("chinese", re.compile(r"[一二三四五六七八九十]{1,3}[、.．]")),
    ("chinese in brackets", re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]")),
    ("dotted", re.compile(r"[A-Z]?\d{1,3}(?:[.．\-]\d{1,3})+[.．、]?")),
    ("plain", re.compile(r"\d{1,3}[.．、](?!\d)")),
    ("in brackets", re.compile(r"[（(]\d{1,3}[)）]")),
)
BARE_NUMBER = re.compile(r"\d{1,3}|[一二三四五六七八九十]{1,3}|[A-Z]")
POINTS_IN_NAME = re.compile(r"[（(](\d{1,3}(?:\.\d{1,2})?)分[)）]\s*[:：]?$")
POINTS = re.compile(r"\d{1,4}(?:\.\d{1,2})?(?:分)?")
NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,2})?")
LEVELS = {"国": "nation", "省": "province", "市": "city", "县": "county"}
BY_LEVEL = re.compile(r"([^\d/]{1,10})(\d{1,4}(?:\.\d{1,2})?)")
LEVEL_LIST = re.compile(r"[镇县市省国](?:部门)?(?:/[镇县市省国](?:部门)?)+")


@dataclass
class Line:
    """One row of the list on its way into the tree."""

    key: object
    name: str
    points: str = ""
    heads: tuple = ()
    head_points: str = ""
    number: str = ""
    indent: int = 0
    rule_type: str = ""
    note: str = ""
    # A head alone in its row; else found out while building. The heads above it follow.
    is_head: bool = False
    path: tuple = ()


@dataclass
class Group:
    """A top head with the lines below it that are scored."""

    name: str
    stated: Decimal | None = None
    items: list = field(default_factory=list)

    @property
    def found(self):
        return sum((points_of(line) for line in self.items), Decimal(0))

    @property
    def maximum(self):
        return self.found if self.stated is None else self.stated


@dataclass
class Tree:
    """What a list of indicators comes to; `differences` are (line's key, head's name, stated, found)."""

    groups: list = field(default_factory=list)
    rules: list = field(default_factory=list)
    differences: list = field(default_factory=list)

    @property
    def total(self):
        return sum((group.maximum for group in self.groups), Decimal(0))


def number_of(text):
    """(style, rest) of a text that begins with a number of a known style; ("", text) otherwise."""
    for style, pattern in NUMBERS:
        if found := pattern.match(text):
            parts = len(re.findall(r"\d+", found[0])) if style == "dotted" else 0
            return f"{style} {parts}", text[found.end() :].strip()
    return "", text


def style_of(line):
    """The style of the line's number, in its own cell or before its name."""
    number = line.number.strip()
    if BARE_NUMBER.fullmatch(number):
        return "bare chinese" if not number.isascii() else "bare"
    return number_of(number)[0] or number_of(line.name)[0]


def decimal_of(text):
    """Positive points as a number, or None where the text says none, or more than one."""
    text = text.strip()
    return Decimal(text.removesuffix("分")) if POINTS.fullmatch(text) else None


def points_of(line):
    return decimal_of(line.points) or Decimal(0)


def place(lines):
    """Find out of each line whether it is a head, and which heads stand above it."""
    if any(line.heads for line in lines):
        for line in lines:
            line.path = line.heads
        return lines
    return place_by_marks(lines)


def place_by_marks(lines):
    """The same where no column holds the heads."""
    depths = depths_of(lines)
    above = []
    for place_, line in enumerate(lines):
        depth = depths[place_]
        del above[depth:]
        line.path = tuple(head.name for head in above)
        line.is_head = place_ + 1 < len(lines) and depths[place_ + 1] > depth
        if line.is_head:
            above.append(line)
    return lines


def depths_of(lines):
    """How deep each line stands: by the styles of its numbers, else by the blanks before it."""
    styles = [style_of(line) for line in lines]
    known = list(dict.fromkeys(style for style in styles if style))
    # Where some are numbered, the others stand below them.
    if len(known) > 1 or (known and "" in styles):
        return steps([known.index(style) if style else len(known) for style in styles])
    return steps([line.indent for line in lines])


def steps(marks):
    """Marks of any size as depths without gaps: 0, 4, 8, 4 → 0, 1, 2, 1."""
    depths, open_ = [], []
    for mark in marks:
        while open_ and open_[-1] >= mark:
            open_.pop()
        depths.append(len(open_))
        open_.append(mark)
    return depths


def kind_of(line):
    """What a line becomes: an indicator, a bonus, a deduction, a veto, or nothing that is understood."""
    around = "".join(line.path)
    if line.rule_type in WAYS:
        return WAYS[line.rule_type]
    if line.rule_type == "veto" or "否决" in around:
        return VETO
    amount = line.points.strip() or range_in(line.note)
    if amount.startswith(("-", "－", "−")) or (not amount and "扣分" in around):
        return DEDUCTION
    if line.rule_type.startswith(("bonus", "uncapped")) or "加分" in around or amount.startswith("±"):
        return BONUS
    return INDICATOR if decimal_of(amount) else UNKNOWN


def range_in(note):
    """Where no points are given, the range that the rule names: -1~5."""
    found = re.match(r"[^\d]{0,6}(-\d+(?:\.\d+)?(?:\s*[~～]\s*-?\d+(?:\.\d+)?)?)", note)
    return found[1] if found else ""


def amounts_of(line):
    """What one matter gives, {level: points}; empty where the office sets the points."""
    parts = [BY_LEVEL.fullmatch(part) for part in line.points.split("/")]
    if line.rule_type in WAYS and all(parts):
        return {LEVELS.get(part[1], part[1]): part[2] for part in parts}
    numbers = [Decimal(found) for found in NUMBER.findall(line.points)]
    levels = LEVEL_LIST.search(line.name)
    names = re.findall(r"[镇县市省国]", levels[0]) if levels else []
    if len(numbers) > 1 and len(numbers) == len(names):
        return {LEVELS.get(name, name): str(number) for name, number in zip(names, numbers, strict=True)}
    is_single = len(numbers) == 1 and not re.search(r"[~～±/]", line.points)
    return {"each": str(numbers[0])} if is_single and numbers[0] else {}


def tree_of(lines, whole):
    """The tree: groups with what is scored, rules besides, and every sum that differs from what is said.

    `whole` names the group of lines that stand under no head. Lines that are not understood are left out.
    """
    tree, groups = Tree(), {}
    for line in place(lines):
        top = line.path[0] if line.path else (line.name if line.is_head else whole)
        kind = INDICATOR if line.is_head else kind_of(line)
        if kind in (BONUS, DEDUCTION, VETO):
            tree.rules.append((kind, line))
        elif kind == INDICATOR:
            group = groups.setdefault(top, Group(top))
            state(group, line)
            if not line.is_head:
                group.items.append(line)
    tree.groups = [group for group in groups.values() if group.items]
    tree.differences = differences_in(tree.groups, lines)
    return tree


def state(group, line):
    """Take what the list says the group is worth, the first time it says so."""
    said = decimal_of(line.points) if line.is_head and not line.path else decimal_of(line.head_points)
    if group.stated is None and said:
        group.stated = said


def differences_in(groups, lines):
    """Heads of every level whose items do not come to what the list says of the head."""
    found = [
        (group.items[0].key, group.name, group.stated, group.found)
        for group in groups
        if group.stated is not None and group.stated != group.found
    ]
    for head in lines:
        said = decimal_of(head.points)
        if head.is_head and head.path and said:
            below = [*head.path, head.name]
            parts = [line for line in lines if not line.is_head and list(line.path[: len(below)]) == below]
            total = sum((points_of(line) for line in parts), Decimal(0))
            if total != said:
                found.append((head.key, head.name, said, total))
    return found
