"""Documents of a unit: listed, added, given back whole."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civportal.lib import files, filetypes
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, page_of
from units.actions import paper as papers
from units.forms.paper import PaperForm, papers_of
from units.models import Paper

from .unit import unit_for


@accepts_files("EVIDENCE_FILE_BYTES")
def index(request, pk):
    """The documents of one unit, and the form that adds another."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.view_paper", unit)
    form = PaperForm()
    if request.method == "POST":
        allow(request.user, "units.add_paper", unit)
        form = PaperForm(request.POST, request.FILES, too_big=request.too_big)
        if form.is_valid():
            papers.add(unit, **form.cleaned_data, by=request.user)
            messages.success(request, _("The document is added."))
            return redirect("units:papers", pk)
    context = {"unit": unit, "form": form, "page": page_of(request, papers_of(unit))}
    return render(request, "units/paper/index.html", context)


@require_safe
def download(request, pk):
    """The whole original, under the name it came with; never opened as a page."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user).select_related("unit"), pk=pk)
    allow(request.user, "units.view_paper", paper.unit)
    if not paper.sha256:
        raise Http404("only the number of this document is known")
    try:
        content = files.open_file(paper.FOLDER, paper.sha256)
    except FileNotFoundError:
        return render(request, "units/paper/missing.html", {"paper": paper}, status=404)
    return FileResponse(
        content,
        as_attachment=True,
        filename=paper.file_name,
        content_type=filetypes.CONTENT_TYPES[paper.kind],
        headers={"X-Content-Type-Options": "nosniff"},
    )
