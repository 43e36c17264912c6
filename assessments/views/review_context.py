"""What a reviewer compares with, on pages of its own."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.actions import review_context
from civportal.lib.web import allow


@require_safe
def items(request):
    """The indicators, to judge one after another through all units."""
    allow(request.user, "assessments.review_entries")
    return render(request, "assessments/review/items.html", {"items": review_context.items(request.user)})
