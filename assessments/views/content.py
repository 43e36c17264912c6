"""What is in a kept file: shown in the page, drawn page by page, given back whole.

A file is any record with FOLDER, sha256, kind and is_picture; who may see it, the caller has asked.
Its addresses are called after its ADDRESS: "evidence_preview", "evidence_page".
"""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from civportal.lib import files, filetypes, preview
from civportal.lib.web import whole_number

PAGES_AT_ONCE = 10
SIZES = {"small": preview.SMALL, "large": preview.LARGE}


def given_back(request, file, name, template):
    """The whole original, under the name it came with; never opened as a page."""
    try:
        whole = files.open_file(file.FOLDER, file.sha256)
    except FileNotFoundError:
        return render(request, template, context_of(file) | {"problem": "missing"}, status=404)
    return FileResponse(
        whole, as_attachment=True, filename=name, content_type=filetypes.CONTENT_TYPES[file.kind]
    )


def shown(request, file, template):
    """What is in the file, on a page of its own, or the part that htmx asks for."""
    context = context_of(file)
    try:
        context |= SHOWN[file.kind](request, file)
    except preview.NotShown as why:
        context["problem"] = why.reason
    part = "_pages" if "from" in request.GET else "_preview"
    return render(request, f"assessments/evidence/{part}.html" if request.htmx else template, context)


def context_of(file):
    """The file, and the addresses under which its content and its pages are asked for."""
    address = f"assessments:{file.ADDRESS}"
    return {"file": file, "preview_address": f"{address}_preview", "page_address": f"{address}_page"}


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


def show_csv(request, file):
    return {"workbook": preview.csv(file.FOLDER, file.sha256)}


def show_nothing(request, file):
    """Kinds that are kept, and opened by the programs that wrote them."""
    raise preview.NotShown("old")


SHOWN = {
    "jpg": show_photo,
    "png": show_photo,
    "pdf": show_pdf,
    "docx": show_docx,
    "xlsx": show_xlsx,
    # The reader of workbooks knows the old ones, too.
    "xls": show_xlsx,
    "csv": show_csv,
    "doc": show_nothing,
    "ofd": show_nothing,
}


def page(request, file, number):
    """A picture of a PDF's page, or of the photo itself, in one of two sizes."""
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
    if file.kind == "pdf" and 1 <= number <= preview.pdf_facts(file.FOLDER, file.sha256)["pages"]:
        return preview.pdf_page(file.FOLDER, file.sha256, number, size)
    raise Http404
