"""What templates about evidence need to know."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def evidence_limits():
    """How large a file and how many of them an entry may have: {file_bytes, megabytes, files}."""
    return {
        "file_bytes": settings.EVIDENCE_FILE_BYTES,
        "megabytes": settings.EVIDENCE_FILE_BYTES // 2**20,
        "files": settings.EVIDENCE_FILES_PER_ENTRY,
    }
