"""People, their accounts and their roles."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from civportal.lib.web import allow, page_of, render_page, whole_number
from units import listings
from units.actions import account
from units.actions import person as people
from units.forms.fields import offered
from units.forms.person import AccountForm, PeopleFilter, ReasonForm, RoleForm
from units.models import AccountRequest, Membership, TrailEvent, Unit, User
from units.models.life import as_they_were

from .export import exported
from .slip import show_slips


def person_for(user, pk):
    """The person, or 404 when this user should not even know the account exists."""
    return get_object_or_404(User.objects.visible_to(user), pk=pk)


def index(request):
    """Who works with the portal, and in which roles: now, or at the end of a day."""
    allow(request.user, "units.list_people")
    form = PeopleFilter(request.GET)
    listed = form.apply(User.objects.visible_to(request.user)).for_listing(form.moment)
    if request.method == "POST":
        return exported(request, listings.people(form.day), listed, form.said)
    page = page_of(request, listed)
    if form.day:
        as_they_were([held.unit for person in page for held in person.held if held.unit], form.day)
    context = {"form": form, "page": page, "day": form.day}
    if request.user.has_perm("units.list_requests"):
        context["request_count"] = AccountRequest.objects.visible_to(request.user).pending().count()
    return render_page(request, "units/person/index.html", "units/person/_table.html", context)


def detail(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.view_person", person)
    return show(request, person)


def show(request, person, status=200, **forms):
    """The page of a person, with the form as it was filled in where one was refused."""
    roles = person.memberships.select_related("unit")
    context = {
        "person": person,
        "held": roles.current().order_by("pk"),
        "former": roles.former(),
        "events": TrailEvent.objects.about(person),
        "block_form": ReasonForm(),
        "role_form": RoleForm(),
    } | forms
    return render(request, "units/person/detail.html", context, status=status)


@never_cache
@sensitive_variables("slip")
def new(request):
    """Issue one account; its one-time password is in the answer and nowhere else."""
    allow(request.user, "units.issue_account")
    asked = whole_number(request.GET.get("unit", ""))
    form = AccountForm(
        request.POST or None, initial={"unit": Unit.objects.existing().filter(pk=asked).first()}
    )
    if request.method == "POST" and form.is_valid():
        slip = people.issue_account(**form.account, by=request.user)
        return show_slips(request, [slip])
    return render(request, "units/person/new.html", {"form": form})


def units(request):
    """Names of units to choose from while one types."""
    allow(request.user, "units.issue_account")
    text = request.GET.get("q") or request.GET.get("unit", "")
    return render(request, "units/person/_unit_offers.html", {"offers": offered(text)})


@never_cache
@sensitive_variables("slips")
def issue(request):
    """Issue an account to every unit that has none, after a look at the list."""
    allow(request.user, "units.issue_account")
    if request.method == "POST":
        slips = people.issue_accounts(by=request.user)
        left = people.units_without_account().count()
        return show_slips(request, slips, left=left) if slips else redirect("units:accounts_issue")
    missing = people.units_without_account()
    count = missing.count()
    context = {
        "count": count,
        "now_count": min(count, people.ISSUED_AT_ONCE),
        "units": missing[: people.ISSUED_AT_ONCE],
    }
    return render(request, "units/person/issue.html", context)


@never_cache
@require_POST
@sensitive_variables("slip")
def reset(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.reset_password", person)
    slip = people.reset_password(person, by=request.user)
    return show_slips(request, [slip])


@require_POST
def reset_second_factor(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.reset_second_factor", person)
    account.reset_second_factor(person, by=request.user)
    messages.success(request, _("The second factor is taken away and the person is signed out."))
    return redirect("units:person", pk)


@require_POST
def block(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.block_account", person)
    try:
        people.block(person, by=request.user, note=ReasonForm(request.POST).reason)
    except ValidationError as refusal:
        return refused(request, person, refusal)
    messages.success(request, _("The account is blocked; nobody is signed in with it any more."))
    return redirect("units:person", pk)


@require_POST
def unblock(request, pk):
    person = person_for(request.user, pk)
    allow(request.user, "units.block_account", person)
    people.unblock(person, by=request.user)
    messages.success(request, _("The account may sign in again."))
    return redirect("units:person", pk)


@require_POST
def give_role(request, pk):
    """One more role, from now on."""
    person = person_for(request.user, pk)
    allow(request.user, "units.give_role", person)
    form = RoleForm(request.POST)
    if form.is_valid():
        role, unit = form.cleaned_data["role"], form.cleaned_data["unit"]
        try:
            people.give_role(person, role, unit, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The role is given; it holds from now on."))
            return redirect("units:person", pk)
    return show(request, person, status=422, role_form=form)


@require_POST
def take_role(request, pk, role):
    """A role ends now, and stays on record."""
    person = person_for(request.user, pk)
    allow(request.user, "units.take_role", person)
    held = get_object_or_404(Membership.objects.filter(user=person), pk=role)
    try:
        people.take_role(held, by=request.user, note=ReasonForm(request.POST).reason)
    except ValidationError as refusal:
        return refused(request, person, refusal)
    messages.success(request, _("The role has ended; it stays on record."))
    return redirect("units:person", pk)


def refused(request, person, refusal):
    """The person's page again, with what speaks against the act."""
    for sentence in refusal.messages:
        messages.error(request, sentence)
    return redirect("units:person", person.pk)
