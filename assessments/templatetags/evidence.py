"""What templates about evidence need to know."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def evidence_limits():
    """How large a file and how many of them an entry may have: {file_bytes, files}."""
    return {"file_bytes": settings.EVIDENCE_FILE_BYTES, "files": settings.EVIDENCE_FILES_PER_ENTRY}
