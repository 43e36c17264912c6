"""Template tags of the score sheet."""

from django import template

register = template.Library()

# The drawing of `_plot.html`, in SVG units: its width, the gap between groups, the width of a character.
WIDTH, GAP, CHARACTER, CODE_WIDTH = 900, 6, 12, 14


@register.simple_tag
def group_plot(groups):
    """Where the bars of the groups stand: each as wide as its full marks, filled by its points."""
    shown = [group for group in groups if group.maximum]
    total = sum(group.maximum for group in shown)
    scale = (WIDTH - GAP * (len(shown) - 1)) / float(total) if total else 0
    bars, x = [], 0.0
    for group in shown:
        width = float(group.maximum) * scale
        bars.append(bar(group, x, width, float(group.points) * scale))
        x += width + GAP
    return bars


def bar(group, x, width, filled):
    """One group's bar with as much of its name as fits above it."""
    room = int((width - CODE_WIDTH) // CHARACTER)
    name = group.indicator.name
    return {
        "group": group,
        "x": f"{x:.1f}",
        "name_x": f"{x + CODE_WIDTH:.1f}",
        "width": f"{width:.1f}",
        "filled": f"{filled:.1f}",
        "name": name if len(name) <= room else f"{name[: max(room - 1, 0)]}…",
    }


@register.filter
def bar_rows(groups):
    """The same groups as `components/bars.html` takes them."""
    return [
        {
            "label": f"{group.indicator.code} {group.indicator.name}",
            "value": group.points,
            "maximum": group.maximum,
        }
        for group in groups
        if group.maximum
    ]


@register.filter
def level_text(adjustment):
    """What a rule gives: “national level 3 · province level 2”, or nothing where the office sets it."""
    return " · ".join(f"{level} {points}" for level, points in adjustment.amounts)
