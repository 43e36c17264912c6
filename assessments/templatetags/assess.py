"""Template tags that speak the year's words."""

from django import template
from django.utils.timezone import localdate

from civportal.lib import plots
from civportal.lib.clock import today
from civportal.lib.tags import score

register = template.Library()

TOP, BOTTOM, LEFT, STEP = 10, 152, 34, 37.4


@register.filter
def waited(entry, workdays):
    """Working days since the entry waits for the office; calendar days past the last holiday table."""
    return workdays.passed(localdate(entry.in_line_at), today())


@register.simple_tag
def months_plot(months):
    """Where the bars and grid lines of `components/months.html` stand, in SVG units."""
    most = max(4, *(row["handed_in"] for row in months))
    scale = (BOTTOM - TOP) / most
    return {
        "bars": [bar(number, row, scale) for number, row in enumerate(months)],
        "lines": [grid_line(value, scale) for value in (0, most // 2, most)],
    }


def bar(number, row, scale):
    x = round(LEFT + number * STEP, 1)
    heights = {"all": row["handed_in"] * scale, "part": row["accepted"] * scale}
    places = {f"{name}_height": f"{height:.1f}" for name, height in heights.items()}
    tops = {f"{name}_y": f"{BOTTOM - height:.1f}" for name, height in heights.items()}
    return {"x": f"{x}", "middle": f"{x + 12}", "month": row["month"], **places, **tops}


def grid_line(value, scale):
    y = BOTTOM - value * scale
    return {"y": f"{y:.1f}", "text_y": f"{y + 4:.1f}", "value": value}


@register.filter
def columns_of(counts):
    """Where the small columns of `components/year_bars.html` stand."""
    return plots.columns(counts)


@register.filter
def leaning(value):
    """Where the bar of `agreement/_leaning.html` stands, for a value from -50 to 50: {x, width} of 100."""
    x, width = plots.leaning(value)
    return {"x": f"{x:.1f}", "width": f"{width:.1f}"}


@register.filter
def ticks(field):
    """Each choice of a tick list as (record, box), so that a page can tell more than its label."""
    return [(option.data["value"].instance, option) for option in field.subwidgets]


@register.filter
def of_key(values, key):
    """What a mapping holds under that key; nothing when there is no mapping."""
    return (values or {}).get(key, ())


@register.filter
def unsigned(value):
    """How much, without the sign that stands before it as a word or an arrow."""
    return abs(value)


@register.filter
def signed(value):
    """Points with both decimals and the sign that a printed sheet has; a plain 0 for none."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{score(abs(value))}" if sign else "0"


@register.simple_tag
def progress_total(decided, waiting):
    """What a progress bar counts up to, never zero."""
    return max(1, decided + waiting)
