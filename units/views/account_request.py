"""Accounts by approval: asked for by anybody, decided by whoever issues accounts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from civportal.lib.throttle import is_too_often
from civportal.lib.web import allow, client_address, page_of, render_page
from units import listings
from units.actions import account_request as requests
from units.forms.account_request import ApproveForm, AskForm, RefuseForm, RequestFilter
from units.models import AccountRequest, Membership, TrailEvent

from .export import exported
from .slip import show_slips

# How often one network address may ask within an hour: a whole government building may share one.
ASKED_PER_HOUR = 10


def request_for(user, pk):
    """The request, or 404 when this user should not even know it exists."""
    rows = AccountRequest.objects.visible_to(user).select_related("unit", "person")
    return get_object_or_404(rows, pk=pk)


@never_cache
@login_not_required
def ask(request):
    """Ask for an account. The answer is the same whatever the register and the accounts hold."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_too_often("ask", client_address(request), limit=ASKED_PER_HOUR, seconds=3600):
            return render(request, "units/request/too_often.html", status=429)
        requests.ask(**form.asked)
        messages.success(request, _("The office has your request and calls the number you gave."))
        return redirect("units:login")
    return render(request, "units/request/ask.html", {"form": form})


def index(request):
    """Who asks for an account; telephone numbers are masked here."""
    allow(request.user, "units.list_requests")
    form = RequestFilter(request.GET)
    listed = form.apply(AccountRequest.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.REQUESTS, listed, form.said)
    context = {"form": form, "page": page_of(request, listed)}
    return render_page(request, "units/request/index.html", "units/request/_table.html", context)


@never_cache
def detail(request, pk):
    """One request; as long as it waits, with the number to call."""
    record = request_for(request.user, pk)
    allow(request.user, "units.list_requests")
    return show(request, record)


def show(request, record, status=200, **forms):
    """The page of a request, with the forms as they were filled in where one was refused."""
    context = {
        "record": record,
        "approve_form": ApproveForm(record=record),
        "refuse_form": RefuseForm(record=record, auto_id="refuse_%s"),
        "colleagues": Membership.objects.current().filter(unit=record.unit_id or 0).select_related("user"),
        "events": TrailEvent.objects.about(record),
    } | forms
    return render(request, "units/request/detail.html", context, status=status)


@never_cache
@require_POST
@sensitive_variables("slip")
def approve(request, pk):
    """Issue the account; the invitation sheet is in the answer and nowhere else."""
    record = request_for(request.user, pk)
    allow(request.user, "units.approve_request", record)
    form = ApproveForm(request.POST, record=record)
    if not form.is_valid():
        return show(request, record, status=422, approve_form=form)
    seen = form.cleaned_data["version"]
    slip = requests.approve(record, **form.account, by=request.user, seen=seen)
    return show_slips(request, [slip])


@require_POST
def refuse(request, pk):
    record = request_for(request.user, pk)
    allow(request.user, "units.refuse_request", record)
    form = RefuseForm(request.POST, record=record, auto_id="refuse_%s")
    if not form.is_valid():
        return show(request, record, status=422, refuse_form=form)
    seen = form.cleaned_data["version"]
    requests.refuse(record, note=form.cleaned_data["note"], by=request.user, seen=seen)
    messages.success(request, _("Refused; the reason stands in the history."))
    return redirect("units:account_requests")
