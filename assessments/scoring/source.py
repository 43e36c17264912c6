"""Reading an edition from its file: what does not add up is refused before it counts anybody."""

from . import level as levels
from .edition import ALL, decimal

METHODS = frozenset("MSQDK")
TRAITS = frozenset({ALL, "window", "paired"})
SHARED_RANK = "shared rank"

# What can be wrong with a file; whoever asks puts it into words.
NO_INDICATORS = "no_indicators"
MISSING = "missing"
NOT_A_NUMBER = "not_a_number"
TWICE = "twice"
NOT_POSITIVE = "not_positive"
GROUP_DIFFERS = "group_differs"
TOTAL_DIFFERS = "total_differs"
UNFIT_LEVEL = "unfit_level"
UNKNOWN_METHOD = "unknown_method"
UNKNOWN_TRAIT = "unknown_trait"
UNKNOWN_INDICATOR = "unknown_indicator"
UNKNOWN_GROUP = "unknown_group"


class SourceProblem(ValueError):
    """Why a file cannot be an edition: the kind of problem, where, and what was expected and found."""

    def __init__(self, kind, place="", expected="", found=""):
        super().__init__(f"{kind}: {place}")
        self.kind, self.place, self.expected, self.found = kind, place, expected, found


def check(source):
    """Raise SourceProblem unless the file is whole and adds up: items to groups, groups to the total."""
    groups = need(source, "indicators", "")
    if not groups:
        raise SourceProblem(NO_INDICATORS)
    check_codes(groups)
    for group in groups:
        check_group(group)
    check_sum(TOTAL_DIFFERS, "", number(source, "total", ""), groups)
    check_rules(source)
    check_references(source, groups)


def need(part, key, place):
    """What stands under the key."""
    if not isinstance(part, dict) or part.get(key) is None:
        raise SourceProblem(MISSING, place, expected=key)
    return part[key]


def number(part, key, place):
    """The number under the key."""
    value = need(part, key, place)
    try:
        return decimal(value)
    except ValueError:
        raise SourceProblem(NOT_A_NUMBER, place, expected=key, found=value) from None


def check_codes(groups):
    """Every code stands once in the tree."""
    seen = set()
    for group in groups:
        for part in [group, *need(group, "items", need(group, "id", ""))]:
            code = need(part, "id", "")
            if code in seen:
                raise SourceProblem(TWICE, code)
            seen.add(code)


def check_group(group):
    """A group is the sum of its items, and every item says how it is assessed and for whom."""
    need(group, "zh", group["id"])
    for item in group["items"]:
        need(item, "zh", item["id"])
        if need(item, "method", item["id"]) not in METHODS:
            raise SourceProblem(UNKNOWN_METHOD, item["id"], found=item["method"])
        if item.get("applies", ALL) not in TRAITS:
            raise SourceProblem(UNKNOWN_TRAIT, item["id"], found=item["applies"])
        if found := levels.fault(levels_of(item), number(item, "max", item["id"])):
            raise SourceProblem(UNFIT_LEVEL, item["id"], found=found[1].text)
    check_sum(GROUP_DIFFERS, group["id"], number(group, "max", group["id"]), group["items"])


def levels_of(item):
    """The described levels of an item: {"points": 4, "zh": …}, or {"from": 3, "to": 4, …} for a range."""
    return [
        levels.Band(
            least=number(one, "from" if "from" in one else "points", item["id"]),
            most=number(one, "to" if "to" in one else "points", item["id"]),
            words=need(one, "zh", item["id"]),
            name=one.get("name", ""),
        )
        for one in item.get("levels", [])
    ]


def check_sum(kind, place, expected, parts):
    """The parts, each of them positive, come to what the whole says."""
    found = decimal(0)
    for part in parts:
        points = number(part, "max", part["id"])
        if points <= 0:
            raise SourceProblem(NOT_POSITIVE, part["id"], found=points)
        found += points
    if found != expected:
        raise SourceProblem(kind, place, expected, found)


def check_rules(source):
    """Every bonus and deduction has a code of its own, a name, and numbers where numbers belong."""
    seen = set()
    for rule in [*source.get("bonus", []), *source.get("deductions", [])]:
        code = need(rule, "id", "")
        need(rule, "zh", code)
        if code in seen:
            raise SourceProblem(TWICE, code)
        seen.add(code)
        points_of(rule)
        limit_of(rule)
    number({"bonus_cap": source.get("bonus_cap", 10)}, "bonus_cap", "")


def points_of(rule):
    """What one matter gives, always positive: {"each": 2} or {"county": 1, "city": 2}."""
    named = rule.get("points") or rule.get("by_level") or ({"each": rule["each"]} if "each" in rule else {})
    for level in named:
        number(named, level, rule["id"])
    return {level: abs(value) for level, value in named.items()}


def limit_of(rule):
    """How much the rule counts at most, always positive, or None."""
    if rule.get("limit") is None:
        return None
    number(rule, "limit", rule["id"])
    return abs(rule["limit"])


def check_references(source, groups):
    """Floors speak of indicators, the tie rule of groups, grades have a name and a line."""
    items = {item["id"] for group in groups for item in group["items"]}
    for floor in source.get("floors", []):
        code = need(floor, "indicator", "floors")
        if code not in items:
            raise SourceProblem(UNKNOWN_INDICATOR, "floors", found=code)
        number(floor, "at_least" if "at_least" in floor else "at_least_share", code)
    for code in ties_of(source):
        if code not in {group["id"] for group in groups}:
            raise SourceProblem(UNKNOWN_GROUP, "ties", found=code)
    for grade in need(source, "grades", ""):
        number(grade, "from", need(grade, "code", "grades"))
        need(grade, "zh", grade["code"])


def ties_of(source):
    """The groups that break a tie, in order; what remains equal shares its rank."""
    return [code for code in source.get("ties", []) if code != SHARED_RANK]
