"""Values by workbook: out to those who assess, back as a preview, and then all changes at once."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments import exports
from assessments.actions import values
from assessments.forms.score import ApplyForm, WorkbookForm
from assessments.models import Cycle
from civportal.lib import files
from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.tables import TableRefused
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow
from units.actions import trail

FOLDER = "values"
SALT = "values-preview"
DAY = 24 * 3600
SHOWN = 500


def current_or_404():
    """The year being worked in."""
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Http404
    return cycle


@require_POST
def export(request):
    """The year's workbook; that somebody took it is in the trail of the year."""
    allow(request.user, "assessments.import_values")
    cycle = current_or_404()
    content = exports.values_workbook(cycle)
    trail.record(cycle, "export", by=request.user)
    name = _("Values of %(year)s.xlsx") % {"year": cycle.year}
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES["xlsx"],
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@accepts_files("IMPORT_FILE_BYTES")
def upload(request):
    """Choose a workbook; a readable one leads to its preview, nothing is written yet."""
    allow(request.user, "assessments.import_values")
    cycle = current_or_404()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = WorkbookForm(*sent, too_big=request.too_big)
    if sent and (token := kept(form, cycle, request.user)):
        return redirect(f"{reverse('assessments:values_preview')}?{urlencode({'token': token})}")
    return render(request, "assessments/score/values.html", {"form": form, "cycle": cycle})


def kept(form, cycle, user):
    """Keep a readable workbook under its hash; a token that names it, or None with the form's errors."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        exports.read_values(file.read(), file.name)
    except (TableRefused, exports.NoValueSheet) as refusal:
        form.add_error("file", str(refusal))
        return None
    about = {"sha256": files.save(file, FOLDER), "name": file.name, "cycle": cycle.pk, "by": user.pk}
    return signing.dumps(about, salt=SALT)


@require_safe
def preview(request):
    """Every change old → new, and everything that cannot be taken over; nothing is written."""
    allow(request.user, "assessments.import_values")
    token = request.GET.get("token", "")
    workbook = workbook_of(token, request.user)
    if workbook is None:
        messages.error(request, _("This preview is no longer there. Choose the workbook again."))
        return redirect("assessments:values_import")
    cycle, name, cells, passed_over = workbook
    found = values.judge(cycle, cells, by=request.user)
    context = {
        "cycle": cycle,
        "name": name,
        "preview": found,
        "passed_over": passed_over,
        "changes": found.changes[:SHOWN],
        "more": max(len(found.changes) - SHOWN, 0),
        "form": ApplyForm(initial={"token": token, "digest": found.digest}),
    }
    return render(request, "assessments/score/values_preview.html", context)


def workbook_of(token, user):
    """(year, file name, cells, sheets without values) of a token this person was given, or None."""
    try:
        about = signing.loads(token, salt=SALT, max_age=DAY)
        with files.open_file(FOLDER, about["sha256"]) as file:
            cells, passed_over = exports.read_values(file.read(), about["name"])
    except (signing.BadSignature, FileNotFoundError):
        return None
    if about["by"] != user.pk:
        return None
    cycle = get_object_or_404(Cycle.objects.select_related("standard"), pk=about["cycle"])
    return cycle, about["name"], cells, passed_over


@require_POST
def apply(request):
    """Take over what the preview showed, all together."""
    allow(request.user, "assessments.import_values")
    form = ApplyForm(request.POST)
    workbook = workbook_of(form.data.get("token", ""), request.user)
    if workbook is None or not form.is_valid():
        messages.error(request, _("This preview is no longer there. Choose the workbook again."))
        return redirect("assessments:values_import")
    cycle, name, cells, _passed_over = workbook
    try:
        done = values.apply(cycle, cells, digest=form.cleaned_data["digest"], source=name, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(f"{reverse('assessments:values_preview')}?{urlencode({'token': form.data['token']})}")
    messages.success(request, applied(done))
    return redirect("assessments:sheets")


def applied(done):
    """What was taken over, as a sentence."""
    count = len(done.changes)
    return ngettext("%(count)s value taken over.", "%(count)s values taken over.", count) % {"count": count}
