"""Evidence files: added, removed, given back whole, and shown in the page."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import evidence
from assessments.models import EvidenceFile, LedgerEntry
from civportal.lib import files, filetypes, preview
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, way_back, whole_number

PAGES_AT_ONCE = 10
SIZES = {"small": preview.SMALL, "large": preview.LARGE}


def entry_for(user, pk):
    """The entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(LedgerEntry.objects.visible_to(user), pk=pk)


def file_for(user, pk):
    """The file with its entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(EvidenceFile.objects.visible_to(user).select_related("entry"), pk=pk)


@require_POST
@accepts_files("EVIDENCE_FILE_BYTES", at_once=10)
def add(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    added, refused = evidence.add_each(entry, request.FILES.getlist("files"), by=request.user)
    return answer(request, entry, added, refused + evidence.left_out(request.too_big))


@require_POST
def remove(request, pk):
    file = file_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", file.entry)
    evidence.remove(file, by=request.user)
    return answer(request, file.entry, removed=[file])


def answer(request, entry, added=(), refused=(), removed=()):
    """What became of the files: the list as it is now, or back to where the form stood."""
    if request.htmx:
        context = {
            "entry": entry,
            "files": entry.files.all(),
            "editable": True,
            "refused": refused,
            "next": request.POST.get("next", ""),
        }
        return render(request, "assessments/evidence/_files.html", context)
    tell(request, added, refused, removed)
    return redirect(way_back(request, entry))


def tell(request, added, refused, removed):
    """Say it in the messages of the next page."""
    if added:
        count = len(added)
        messages.success(
            request, ngettext("One file added.", "%(count)d files added.", count) % {"count": count}
        )
    for file in removed:
        messages.success(request, _("“%(name)s” is removed.") % {"name": file.name})
    for file in refused:
        messages.error(request, _("“%(name)s” is not added. %(reason)s") % vars(file))
    if not (added or refused or removed):
        messages.error(request, _("Choose a file first."))


@require_safe
def download(request, pk):
    """The whole original, under the name it came with."""
    file = file_for(request.user, pk)
    try:
        content = files.open_file(file.FOLDER, file.sha256)
    except FileNotFoundError:
        context = {"file": file, "problem": "missing"}
        return render(request, "assessments/evidence/preview.html", context, status=404)
    return FileResponse(
        content, as_attachment=True, filename=file.name, content_type=filetypes.CONTENT_TYPES[file.kind]
    )


@require_safe
def show(request, pk):
    """What is in the file, on a page of its own or opened inside another."""
    file = file_for(request.user, pk)
    try:
        context = {"file": file, **SHOWN[file.kind](request, file)}
    except preview.NotShown as why:
        context = {"file": file, "problem": why.reason}
    part = "_pages" if "from" in request.GET else "_preview"
    name = part if request.htmx else "preview"
    return render(request, f"assessments/evidence/{name}.html", context)


def show_photo(request, file):
    preview.photo(file.FOLDER, file.sha256, preview.LARGE).close()
    return {}


def show_pdf(request, file):
    """Ten pages at once, beginning where the address says."""
    facts = preview.pdf_facts(file.FOLDER, file.sha256)
    asked = whole_number(request.GET.get("from")) or 1
    first = asked if asked <= facts["pages"] else 1
    last = min(first + PAGES_AT_ONCE - 1, facts["pages"])
    # The proportion keeps the place while a page is still being drawn.
    pages = [
        {"number": number, "height": round(1000 * ratio_of(facts, number))}
        for number in range(first, last + 1)
    ]
    return {"pages": pages, "count": facts["pages"], "following": last + 1 if last < facts["pages"] else None}


def ratio_of(facts, number):
    return facts["ratios"][number - 1] if number <= len(facts["ratios"]) else facts["ratios"][0]


def show_docx(request, file):
    return {"document": preview.docx(file.FOLDER, file.sha256)}


def show_xlsx(request, file):
    return {"workbook": preview.xlsx(file.FOLDER, file.sha256)}


SHOWN = {"jpg": show_photo, "png": show_photo, "pdf": show_pdf, "docx": show_docx, "xlsx": show_xlsx}


@require_safe
def page(request, pk, number):
    """A picture of a PDF's page, or of the photo itself, in one of two sizes."""
    file = file_for(request.user, pk)
    size = SIZES.get(request.GET.get("size"), preview.SMALL)
    etag = f'"{file.sha256}-{number}-{size}-{preview.VERSION}"'
    # A minute, so that a link dies soon after the right to see it.
    headers = {"ETag": etag, "Cache-Control": "private, max-age=60"}
    if not_modified := get_conditional_response(request, etag=etag):
        return not_modified
    try:
        return FileResponse(picture(file, number, size), content_type="image/webp", headers=headers)
    except preview.NotShown as why:
        return not_shown(request, why.reason)


def not_shown(request, reason):
    """A picture in place of the one that cannot be shown; browsers draw it although it is a 404."""
    if reason == "missing":
        context = {"title": _("File missing"), "advice": _("Please upload it again")}
    else:
        context = {"title": _("Cannot be shown"), "advice": _("Please download it")}
    body = render(request, "assessments/evidence/not_shown.svg", context).content
    return HttpResponse(body, content_type="image/svg+xml", status=404)


def picture(file, number, size):
    """The picture asked for; 404 for a page that the file cannot have."""
    if file.is_picture and number == 1:
        return preview.photo(file.FOLDER, file.sha256, size)
    if file.kind == file.Kind.PDF and 1 <= number <= preview.pdf_facts(file.FOLDER, file.sha256)["pages"]:
        return preview.pdf_page(file.FOLDER, file.sha256, number, size)
    raise Http404
