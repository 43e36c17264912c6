"""Documents of the office: written, issued, read, signed for."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments import listings
from assessments.actions import burden
from assessments.actions import document as documents
from assessments.forms.document import (
    CorrectionForm,
    DocumentFilter,
    DocumentForm,
    DraftForm,
    IssueForm,
    ReceiptFilter,
    ReceivedFilter,
    RecipientsForm,
    SendForm,
    WithdrawForm,
)
from assessments.models import Cycle, Document, Duty, UnitYear
from civportal.lib.forms import refused_at
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, page_of, render_page, whole_number
from units.models import TrailEvent
from units.models.person import WRITING_ROLES
from units.views.export import exported

from . import content

# How many recipients are named at once before a document goes out.
RECIPIENTS_SHOWN = 50


def document_for(user, pk):
    """The document, or 404 when this user should not even know it exists."""
    documents_seen = Document.objects.visible_to(user).select_related("cycle", "corrects", "created_by")
    return get_object_or_404(documents_seen, pk=pk)


# ── lists ────────────────────────────────────────────────────────────────────────────────────────


def index(request):
    """For units the full set that they got in the year; for whoever sees several, every document."""
    if request.user.reads_all or request.user.supervised_ids:
        return everybodys(request)
    form = ReceivedFilter(request.GET)
    own = form.apply(own_receipts(request.user))
    if request.method == "POST":
        return exported(request, listings.OWN_RECEIPTS, own, form.said)
    context = {"form": form, "receipts": own}
    return render_page(request, "assessments/document/own.html", "assessments/document/_own.html", context)


def own_receipts(user):
    """What the person's units, and those they came from, got: unsigned first, then the newest."""
    receipts = Duty.objects.visible_to(user).filter(kind=Duty.Kind.RECEIPT)
    place = Case(When(fulfilled_at__isnull=True, lapsed_note="", then=Value(0)), default=Value(1))
    return receipts.for_listing().order_by(place, "-document__issued_on", "-document", "unit__sort_order")


def everybodys(request):
    form = DocumentFilter(request.GET)
    visible = Document.objects.visible_to(request.user)
    listed = form.apply(visible.for_listing(request.user))
    if request.method == "POST":
        return exported(request, listings.DOCUMENTS, listed, form.said)
    context = {"form": form, "page": page_of(request, listed)}
    return render_page(
        request, "assessments/document/index.html", "assessments/document/_table.html", context
    )


def receipts(request, pk):
    """Who of the recipients opened it and who signed, one by one."""
    document = document_for(request.user, pk)
    allow(request.user, "assessments.view_document", document)
    form = ReceiptFilter(request.GET)
    listed = form.apply(document.receipts.visible_to(request.user).owed().for_listing())
    listed = listed.select_related("unit__town", "fulfilled_by")
    if request.method == "POST":
        return exported(request, listings.receipts(document), listed, form.said)
    context = {"document": document, "form": form, "page": page_of(request, listed)}
    return render_page(
        request, "assessments/document/receipts.html", "assessments/document/_receipts.html", context
    )


# ── one document ─────────────────────────────────────────────────────────────────────────────────


def detail(request, pk):
    document = document_for(request.user, pk)
    allow(request.user, "assessments.view_document", document)
    return show(request, document)


def show(request, document, status=200, **forms):
    """The page of a document: for its recipients the receipt, for the office who signed and who owes."""
    user = request.user
    own = document.receipts.filter(unit__in=user.seen_ids - (user.supervised_ids - {*user.unit_ids}))
    context = {
        "document": document,
        "receipts": list(own.for_listing()),
        "writes": bool(user.units_as(WRITING_ROLES)),
        "later": Document.objects.visible_to(user).filter(corrects=document).first(),
        "withdraw_form": WithdrawForm(record=document),
        **chased(user, document),
        **forms,
    }
    return render(request, "assessments/document/detail.html", context, status=status)


def chased(user, document):
    """What whoever sees several units is told of the receipts: figures, who owes, the text to send."""
    if document.is_editable or not (user.reads_all or user.supervised_ids):
        return {}
    counted = Document.objects.for_listing(user).get(pk=document.pk)
    context = {"counted": counted}
    if document.is_in_force:
        groups = documents.owing(document, user)
        context |= {"groups": groups, "reminder": documents.reminder(document, groups)}
    if user.has_perm("assessments.send_document", document):
        context |= {
            "newcomers": documents.newcomers(document).count(),
            "reminded_on": documents.reminded_on(document),
            "send_form": SendForm(last_day=documents.last_day(document)),
        }
    if user.has_perm("assessments.write_document"):
        context["events"] = list(TrailEvent.objects.about(document))
    return context


@require_POST
def open_file(request, pk):
    """Note that a recipient opened it, and show it; a look by address alone changes nothing."""
    document = readable(request.user, pk)
    documents.note_opening(document, by=request.user)
    return redirect("assessments:document_preview", pk)


def readable(user, pk):
    """The document, when this person may open its file."""
    document = document_for(user, pk)
    allow(user, "assessments.read_document", document)
    return document


@require_safe
def show_file(request, pk):
    return content.shown(request, readable(request.user, pk), "assessments/document/preview.html")


@require_safe
def page(request, pk, number):
    return content.page(request, readable(request.user, pk), number)


@require_safe
def download(request, pk):
    document = readable(request.user, pk)
    return content.given_back(request, document, document.file_name, "assessments/document/preview.html")


@require_POST
def sign(request, pk):
    document = document_for(request.user, pk)
    asked = whole_number(request.POST.get("receipt"))
    receipt = get_object_or_404(
        document.receipts.visible_to(request.user).select_related("unit", "document"), pk=asked
    )
    allow(request.user, "assessments.sign_receipt", receipt)
    if documents.sign(receipt, by=request.user):
        messages.success(request, _("Signed for by %(unit)s.") % {"unit": receipt.unit})
    else:
        messages.info(request, _("%(unit)s has signed already.") % {"unit": receipt.unit})
    return redirect(document)


# ── written and issued ───────────────────────────────────────────────────────────────────────────


@accepts_files("EVIDENCE_FILE_BYTES")
def new(request):
    allow(request.user, "assessments.write_document")
    cycle = Cycle.objects.current()
    if cycle is None:
        messages.info(request, _("Prepare a year first; a document belongs to one."))
        return redirect("assessments:cycles")
    form = DocumentForm()
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES, too_big=request.too_big)
        document = done(form, lambda: documents.write(cycle, by=request.user, **form.said))
        if document:
            return redirect("assessments:document_recipients", document.pk)
    return render(
        request, "assessments/document/edit.html", {"form": form}, status=422 if form.errors else 200
    )


def done(form, act):
    """What the action answers; None when the form is wrong, or the action refuses, as the form then says."""
    if form.is_valid():
        with refused_at(form, "number" if "number" in form.fields else None):
            return act()
    return None


@accepts_files("EVIDENCE_FILE_BYTES")
def edit(request, pk):
    document = document_for(request.user, pk)
    allow(request.user, "assessments.edit_document", document)
    form = DraftForm(document=document)
    if request.method == "POST":
        form = DraftForm(request.POST, request.FILES, too_big=request.too_big, document=document)
        act = partial(documents.edit, document, by=request.user)
        if done(form, lambda: act(seen=form.cleaned_data["version"], **form.said)):
            return redirect("assessments:document_recipients", pk)
    context = {"form": form, "document": document}
    return render(request, "assessments/document/edit.html", context, status=422 if form.errors else 200)


def recipients(request, pk):
    """To whom it goes; nothing goes out before the next page."""
    document = document_for(request.user, pk)
    allow(request.user, "assessments.edit_document", document)
    if document.corrects_id:
        return redirect("assessments:document_issue", pk)
    form = RecipientsForm(request.POST or None, document=document)
    if request.method == "POST" and form.is_valid():
        documents.choose(document, form.rule, seen=form.cleaned_data["version"], by=request.user)
        return redirect("assessments:document_issue", pk)
    context = {"form": form, "document": document}
    return render(
        request, "assessments/document/recipients.html", context, status=422 if form.errors else 200
    )


def issue(request, pk):
    """Check to how many units it goes and what that adds, then issue."""
    document = document_for(request.user, pk)
    allow(request.user, "assessments.issue_document", document)
    last_day = documents.last_day(document)
    form = IssueForm(request.POST or None, document=document, last_day=last_day)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, None):
            return issued(request, document, form)
    load = documents.load_of(document, documents.recipients(document))
    context = {"form": form, "document": document, "load": load, "last_day": last_day}
    context["page"] = page_of(request, load.units, RECIPIENTS_SHOWN, count=load.count)
    years = UnitYear.objects.filter(cycle=document.cycle_id, unit__in=load.units.values("pk"))
    context["burden"] = burden.added(document.cycle, load.count, years=years)
    return render(request, "assessments/document/issue.html", context, status=422 if form.errors else 200)


def issued(request, document, form):
    said = form.cleaned_data
    document = documents.issue(document, due_on=said.get("due_on"), seen=said["version"], by=request.user)
    count = document.receipts.count()
    messages.success(
        request,
        ngettext("Issued to one unit.", "Issued to %(count)s units.", count) % {"count": count},
    )
    return redirect(document)


@require_POST
def discard(request, pk):
    document = document_for(request.user, pk)
    allow(request.user, "assessments.edit_document", document)
    documents.discard(document, by=request.user)
    messages.success(request, _("The draft is thrown away."))
    return redirect("assessments:documents")


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────


@require_POST
def send(request, pk):
    """Send it to the units that joined the year after it was issued."""
    document = document_for(request.user, pk)
    allow(request.user, "assessments.send_document", document)
    form = SendForm(request.POST, last_day=documents.last_day(document))
    if not form.is_valid():
        return show(request, document, send_form=form, status=422)
    count = len(documents.send(document, due_on=form.cleaned_data.get("due_on"), by=request.user))
    messages.success(
        request, ngettext("Sent to one more unit.", "Sent to %(count)s more units.", count) % {"count": count}
    )
    return redirect(document)


@require_POST
def remind(request, pk):
    document = document_for(request.user, pk)
    allow(request.user, "assessments.remind_document", document)
    try:
        count = documents.remind(document, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(document)
    messages.success(
        request,
        ngettext("One person is reminded.", "%(count)s people are reminded.", count) % {"count": count},
    )
    return redirect(document)


@accepts_files("EVIDENCE_FILE_BYTES")
def correct(request, pk):
    """Begin a corrected edition; where one is begun already, go on with it."""
    document = document_for(request.user, pk)
    allow(request.user, "assessments.replace_document", document)
    begun = Document.objects.filter(corrects=document).first()
    if begun:
        return redirect(begun)
    form = CorrectionForm(document=document)
    if request.method == "POST":
        form = CorrectionForm(request.POST, request.FILES, too_big=request.too_big, document=document)
        edition = done(form, lambda: documents.correct(document, by=request.user, **form.said))
        if edition:
            return redirect("assessments:document_issue", edition.pk)
    context = {"form": form, "document": document}
    return render(request, "assessments/document/correct.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request, pk):
    document = document_for(request.user, pk)
    allow(request.user, "assessments.withdraw_document", document)
    form = WithdrawForm(request.POST, record=document)
    if not form.is_valid():
        return show(request, document, withdraw_form=form, status=422)
    said = form.cleaned_data
    documents.withdraw(document, note=said["note"], seen=said["version"], by=request.user)
    messages.success(request, _("The document is withdrawn; the recipients are told."))
    return redirect(document)
