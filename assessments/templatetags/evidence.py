"""What templates about evidence need to know."""

from django import template
from django.conf import settings

from assessments.models import Plan

register = template.Library()


@register.simple_tag
def evidence_limits(record):
    """How large a file and how many of them an entry or a plan may have: {file_bytes, megabytes, files}."""
    return {
        "file_bytes": settings.EVIDENCE_FILE_BYTES,
        "megabytes": settings.EVIDENCE_FILE_BYTES // 2**20,
        "files": Plan.MAX_FILES if isinstance(record, Plan) else settings.EVIDENCE_FILES_PER_ENTRY,
    }


@register.filter
def may_change(plan, file):
    """Whether the file is not settled, while the plan that is edited is the unit's to change."""
    return not plan.locks_file(file)
