"""The receipt of a record, on a page that prints and as a PDF."""

import io

from django.http import FileResponse, Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.actions import receipt
from civportal.lib.filetypes import CONTENT_TYPES

from .ledger import entry_for


def receipted(user, pk):
    """The entry, or 404 while it is not with the office."""
    entry = entry_for(user, pk)
    if not receipt.is_there(entry):
        raise Http404
    return entry


@require_safe
def detail(request, pk):
    entry = receipted(request.user, pk)
    context = {
        "entry": entry,
        "facts": receipt.facts(entry),
        "rows": receipt.rows(entry),
        "promise": receipt.promise(),
    }
    return render(request, "assessments/ledger/receipt.html", context)


@require_safe
def as_pdf(request, pk):
    entry = receipted(request.user, pk)
    file = io.BytesIO()
    receipt.write(file, entry)
    file.seek(0)
    return FileResponse(file, filename=f"{entry.receipt}.pdf", content_type=CONTENT_TYPES["pdf"])
