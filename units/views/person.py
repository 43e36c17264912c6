"""People and their accounts."""

from base64 import b64encode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.tables import write_xlsx
from civportal.lib.web import allow, page_of, render_page
from units import listings
from units.actions import person as people
from units.forms.person import AccountForm, BlockForm, PeopleFilter
from units.models import TrailEvent, User

from .export import exported


def person_for(user, pk):
    """The person, or 404 when this user should not even know the account exists."""
    return get_object_or_404(User.objects.visible_to(user).prefetch_related("memberships__unit"), pk=pk)


def index(request):
    allow(request.user, "units.list_people")
    form = PeopleFilter(request.GET)
    listed = form.apply(User.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.PEOPLE, listed, form.said)
    context = {"form": form, "page": page_of(request, listed)}
    return render_page(request, "units/person/index.html", "units/person/_table.html", context)


def detail(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.list_people")
    context = {"person": person, "events": TrailEvent.objects.about(person), "block_form": BlockForm()}
    return render(request, "units/person/detail.html", context)


@never_cache
@sensitive_variables("slip")
def new(request):
    """Issue one account; its one-time password is in the answer and nowhere else."""
    allow(request.user, "units.issue_account")
    form = AccountForm(request.POST or None, initial={"units": request.GET.getlist("unit")})
    if request.method == "POST" and form.is_valid():
        slip = people.issue_account(**form.cleaned_data, by=request.user)
        return show_slips(request, [slip])
    return render(request, "units/person/new.html", {"form": form})


@never_cache
@sensitive_variables("slips")
def issue(request):
    """Issue an account to every unit that has none, after a look at the list."""
    allow(request.user, "units.issue_account")
    if request.method == "POST":
        slips = people.issue_accounts(by=request.user)
        return show_slips(request, slips) if slips else redirect("units:accounts_issue")
    return render(request, "units/person/issue.html", {"units": people.units_without_account()})


@never_cache
@require_POST
@sensitive_variables("slip")
def reset(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.reset_password", person)
    slip = people.reset_password(person, by=request.user)
    return show_slips(request, [slip])


@require_POST
def block(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.block_account", person)
    form = BlockForm(request.POST)
    people.block(person, by=request.user, note=form.cleaned_data["note"] if form.is_valid() else "")
    messages.success(request, _("The account is blocked; nobody is signed in with it any more."))
    return redirect("units:person", pk)


@require_POST
def unblock(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.block_account", person)
    people.unblock(person, by=request.user)
    messages.success(request, _("The account may sign in again."))
    return redirect("units:person", pk)


@sensitive_variables("slips", "rows")
def show_slips(request, slips):
    """The slips to print or download, in the answer itself: what is not stored cannot leak later."""
    address = request.build_absolute_uri(reverse("units:login"))
    heading = [_("Unit"), _("Name"), _("Account"), _("One-time password"), _("Address")]
    rows = [
        ["、".join(map(str, slip.units)), slip.person.name, slip.person.username, slip.password, address]
        for slip in slips
    ]
    workbook = b64encode(write_xlsx(_("Accounts"), heading, rows, widths=(32, 14, 14, 20, 36))).decode()
    # The workbook is part of the page: there is no address under which it could be asked for again.
    context = {
        "slips": slips,
        "address": address,
        "download": f"data:{CONTENT_TYPES['xlsx']};base64,{workbook}",
    }
    return render(request, "units/person/slips.html", context)
