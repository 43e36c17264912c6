"""What templates about conflicts of interest need to know."""

from django import template

from assessments.models import ConflictOverride

register = template.Library()


@register.simple_tag
def overrides_of(entry):
    """The exceptions in force that reach this entry."""
    found = ConflictOverride.objects.in_force().of_entry(entry)
    return found.select_related("person", "decided_by").order_by("decided_at", "pk")
