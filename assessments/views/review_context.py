"""What a reviewer compares with, on pages of its own."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.actions import review_context
from civportal.lib.web import allow, render_page

from .ledger import entry_for


@require_safe
def items(request):
    """The indicators, to judge one after another through all units."""
    allow(request.user, "assessments.review_entries")
    return render(request, "assessments/review/items.html", {"items": review_context.items(request.user)})


@require_safe
def around(request, pk):
    """What to compare the entry with: within its page, or on a page of its own."""
    allow(request.user, "assessments.review_entries")
    entry = entry_for(request.user, pk)
    context = {"entry": entry, **review_context.around(entry, request.user)}
    page, fragment = "assessments/review/context.html", "assessments/review/_context.html"
    return render_page(request, page, fragment, context)
