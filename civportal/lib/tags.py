"""Template tags of the portal, built into every template."""

from decimal import Decimal

from django import template
from django.contrib.messages import constants
from django.forms import BaseForm, CheckboxInput, DateInput, SearchInput, Textarea, TextInput
from django.forms.formsets import BaseFormSet
from django.forms.widgets import Input
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from lucide.templatetags.lucide import _render_icon
from rules.templatetags.rules import has_perm

from civportal.lib.forms import FilterForm
from civportal.lib.masking import mask
from civportal.lib.money import half_up, plain_decimal

register = template.Library()
register.simple_tag(has_perm)

# What <html lang> says for each of our languages.
LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
TONES_OF_LEVELS = {constants.SUCCESS: "good", constants.WARNING: "warn", constants.ERROR: "bad"}
INNER_QUOTES = str.maketrans("“”", "‘’")
ICONS_OF_TONES = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "info": "info"}


@register.simple_tag
def icon(name, **attributes):
    """An icon of the packaged set as inline SVG, silent to screen readers."""
    attributes.setdefault("class", "icon")
    return _render_icon(name, None, aria_hidden="true", focusable="false", **attributes)


@register.simple_tag
def html_lang():
    """The active language as the lang attribute spells it."""
    return LANGUAGE_TAGS.get(get_language(), get_language() or "zh-Hans")


@register.simple_tag(takes_context=True)
def appearance(context):
    """Theme and elder mode as attributes, so that the first paint is already the right one."""
    request = context.get("request")
    cookies = request.COOKIES if request else {}
    theme = cookies.get("theme")
    parts = [format_html(' data-theme="{}"', theme)] if theme in ("light", "dark") else []
    parts += [mark_safe(' data-elder="on"')] if cookies.get("elder") == "on" else []
    return mark_safe("".join(parts))  # noqa: S308 – two fixed attributes with checked values


@register.simple_tag(takes_context=True)
def block_text(context, name):
    """The words of another block, without its markup: a page's heading is also its title."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks and blocks.get_block(name)
    return " ".join(strip_tags(block.render(context)).split()) if block else ""


@register.simple_tag(takes_context=True)
def error_prefix(context):
    """The word before the title when a form on the page has errors, for those who hear it first."""
    return gettext("Error: ") if any(has_errors(value) for value in context.flatten().values()) else ""


def has_errors(value):
    """Whether this is a form that came back with mistakes; a filter is never one.

    Asks for the type and not for the value, which would wake every lazy number of the page.
    """
    kind = type(value)
    if not issubclass(kind, BaseForm | BaseFormSet) or issubclass(kind, FilterForm):
        return False
    return value.is_bound and not value.is_valid()


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context, name, label, icon="", count=None, kind="nav", pk=None):
    """A way to a page, marked when one is on it or below it."""
    href = reverse(name, args=[pk] if pk else None)
    path = context["request"].path
    here = "page" if path == href else "true" if href != "/" and path.startswith(href) else ""
    return {"href": href, "label": label, "icon": icon, "count": count, "here": here, "kind": kind}


@register.filter
def tone_of_message(message):
    """The tone in which a message is said."""
    return TONES_OF_LEVELS.get(message.level, "info")


@register.filter
def icon_of_tone(tone):
    """The icon that goes with a tone, so that color never speaks alone."""
    return ICONS_OF_TONES.get(tone, "info")


@register.filter
def masked(text):
    """The text with its telephone numbers masked."""
    return mask(text)


@register.filter
def within_quotes(text):
    """The text as it stands between “ and ”: its own marks become the inner ones."""
    return str(text).translate(INNER_QUOTES)


@register.filter
def points(value):
    """Points as printed sheets show them: 3, 3.5, 12.25; a dash for what is not set."""
    if value is None or value == "":
        return "—"
    return number_format(plain_decimal(half_up(value)))


@register.filter
def score(value):
    """A total with both decimals, 86.50, so that columns line up; a dash for what is not set."""
    return "—" if value is None or value == "" else number_format(Decimal(value), 2)


@register.filter
def bytes_text(value):
    """The size of a file in the unit a person would use."""
    if value is None:
        return ""
    for unit in ("B", "KB", "MB"):
        if value < 1024 or unit == "MB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


@register.filter
def first_letter(text):
    """The character that stands for a person in a round face."""
    return str(text)[:1]


@register.simple_tag(takes_context=True)
def with_query(context, **changes):
    """The address's query with some of it changed, so that paging keeps the filters."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return "?" + query.urlencode()


@register.filter
def is_tick(field):
    """Whether the field is one box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_long(field):
    """Whether the field is for prose, where a counter helps."""
    return isinstance(field.field.widget, Textarea)


@register.filter
def control(field):
    """The field's widget in the portal's dress: class, native date picker, the error read with it."""
    widget = field.field.widget
    attrs = {} if is_tick(field) else {"class": f"{widget.attrs.get('class', '')} input".strip()}
    if isinstance(widget, DateInput):
        # A native picker wants ISO dates whatever the language.
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    return field.as_widget(attrs=attrs)


@register.filter
def is_search(field):
    """Whether the field is for words to look for."""
    return isinstance(field.field.widget, TextInput | SearchInput) and not is_date(field)


@register.filter
def is_date(field):
    """Whether the field is for a day."""
    return isinstance(field.field.widget, DateInput)


@register.filter
def filter_control(field):
    """A field of a filter, which says inside itself what it asks for: its label is not seen."""
    widget = field.field.widget
    if is_search(field):
        widget.input_type = "search"
    if isinstance(widget, Input):
        widget.attrs.setdefault("placeholder", field.label)
    return control(field)


@register.filter
def plain_number(value):
    """A number as HTML attributes want it, whatever the language's comma."""
    return f"{Decimal(value or 0):f}"


@register.filter
def percent_of(value, maximum):
    """How much of the maximum that is, from 0 to 100, as an SVG length."""
    if not value or not maximum:
        return "0"
    share = Decimal(value) / Decimal(maximum) * 100
    return f"{min(max(share, Decimal(0)), Decimal(100)):.1f}"
