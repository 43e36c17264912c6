"""Template tags of the portal, built into every template."""

from django import template
from lucide.templatetags.lucide import _render_icon

register = template.Library()


@register.simple_tag
def icon(name, **attributes):
    """An icon of the packaged set as inline SVG, silent to screen readers."""
    attributes.setdefault("class", "icon")
    return _render_icon(name, None, aria_hidden="true", focusable="false", **attributes)
