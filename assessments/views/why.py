"""“Why can I see this?”: what opens a record to the person who asks, and to whom else it is open."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from assessments.actions import access
from civportal.lib.policy import CHAPTERS, judged
from civportal.lib.web import allow


def record_for(user, concept, pk):
    """The record, or 404 when this user should not even know it exists."""
    if concept not in access.CONCEPTS:
        raise Http404
    return get_object_or_404(access.records(concept, user), pk=pk)


def detail(request, concept, pk):
    record = record_for(request.user, concept, pk)
    chapter = CHAPTERS[concept]
    allow(request.user, chapter.view, record)
    context = {
        "chapter": chapter,
        "record": record,
        "reasons": access.reasons(concept, request.user, record),
        "seen": access.Act(chapter.sentences[chapter.view], judged(chapter.view, request.user, record)),
        "acts": access.acts(concept, request.user, record),
        "readers": access.readers(concept, record),
    }
    return render(request, "assessments/why/detail.html", context)
