"""Conflicts of interest: one's own, everybody's for those who keep the list, likely ones, exceptions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import conflict as conflicts
from assessments.actions import conflict_hint
from assessments.forms.conflict import (
    AnswerForm,
    ApproveForm,
    AskForm,
    AskForUnitForm,
    ConflictFilter,
    DeclareForm,
    LiftForm,
    RefuseForm,
)
from assessments.models import Conflict, ConflictHint, ConflictOverride, LedgerEntry
from assessments.models.conflict import GROUNDS, KEEPERS, recusal
from civportal.lib.clock import today
from civportal.lib.paging import keyset_page
from civportal.lib.policy import Condition, judged
from civportal.lib.web import allow, page_of, render_page, whole_number
from units.forms.editing import tell_refusal
from units.models import TrailEvent, Unit, User
from units.policies import is_case_officer
from units.views.export import exported

LIKELY_PER_PAGE = 30
# More units than these of the own tree are counted, not named.
NAMES_SHOWN = 12


def conflict_for(user, pk):
    """The conflict, or 404 when this person should not even know that there is one."""
    found = Conflict.objects.visible_to(user).select_related("person", "unit")
    return get_object_or_404(found, pk=pk)


def override_for(user, pk):
    """The exception, or 404 like a conflict."""
    found = ConflictOverride.objects.visible_to(user)
    return get_object_or_404(found.select_related("person", "unit", "entry", "decided_by"), pk=pk)


def refused(request, exception):
    """Not theirs to do: whoever has a conflict of interest with the record's unit is told exactly that."""
    record = getattr(exception, "record", None)
    if record is None or not is_for_conflict(request.user, exception.permission, record):
        return defaults.permission_denied(request, exception)
    unit, entry = record.unit, record if isinstance(record, LedgerEntry) else None
    asked = ConflictOverride(person=request.user, unit=unit, entry=entry)
    context = {
        "unit": unit,
        "why": GROUNDS[recusal(request.user).ground(unit.pk)],
        "entry": entry,
        "may_ask": request.user.has_perm("assessments.ask_override", asked),
    }
    return render(request, "assessments/conflict/refused.html", context, status=403)


def is_for_conflict(user, permission, record):
    """Whether the permission is not had because of a conflict of interest."""
    verdict = judged(permission, user, record)
    lacking = {condition for condition, holds in verdict.conditions if not holds}
    return Condition("has_conflict", wanted=False) in lacking and is_case_officer.test(user)


# ── one's own, and everybody's ───────────────────────────────────────────────────────────────────


def index(request):
    """What one keeps away from oneself; for those who keep the list, what waits for a second person."""
    user = request.user
    keeps = user.has_perm("assessments.list_conflicts")
    if not keeps:
        allow(user, "assessments.declare_conflict")
    waiting = ConflictOverride.objects.visible_to(user).asked().exclude(person=user)
    context = own_of(user) | {"keeps": keeps, "waiting": waiting.for_listing()}
    return render(request, "assessments/conflict/index.html", context)


def everybody(request):
    """What everybody declared, the newest first."""
    allow(request.user, "assessments.list_conflicts")
    form = ConflictFilter(request.GET)
    found = form.apply(Conflict.objects.visible_to(request.user))
    if request.method == "POST":
        rows = found.order_by("-declared_at", "-pk")
        return exported(request, listings.CONFLICTS, rows, form.said)
    page = keyset_page(request, found.select_related("person", "unit", "declared_by"), "-declared_at")
    context = {"page": page, "form": form}
    page_name, fragment = "assessments/conflict/everybody.html", "assessments/conflict/_table.html"
    return render_page(request, page_name, fragment, context)


def own_of(user):
    """What is known of this person: by the roles, by declaration, and the exceptions."""
    stand = recusal(user)
    known = [(GROUNDS[kind], named(getattr(stand, kind))) for kind in ("own", "tree", "former")]
    return {
        "known": [(why, *names) for why, names in known if names[0]],
        "declared": Conflict.objects.filter(person=user).for_listing(),
        "overrides": ConflictOverride.objects.filter(person=user).for_listing()[:NAMES_SHOWN],
    }


def named(numbers):
    """The first of these units, and how many more there are."""
    units = (
        list(Unit.objects.filter(pk__in=numbers).order_by("sort_order", "pk")[:NAMES_SHOWN])
        if numbers
        else []
    )
    return units, len(numbers) - len(units)


def declare(request):
    """Say from which unit one keeps away."""
    allow(request.user, "assessments.declare_conflict")
    form = DeclareForm(request.POST or None, initial={"unit": unit_asked(request)})
    if request.method == "POST" and form.is_valid():
        try:
            found = conflicts.declare(**form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            tell_refusal(form, refusal)
        else:
            text = _("From now on you decide nothing about %(unit)s.") % {"unit": found.unit}
            messages.success(request, text)
            return redirect("assessments:conflicts")
    return render(request, "assessments/conflict/declare.html", {"form": form})


def unit_asked(request):
    """The unit that the address names, or None."""
    number = whole_number(request.GET.get("unit", ""))
    return number and get_object_or_404(Unit.objects.existing(), pk=number)


@require_POST
def confirm(request, pk):
    """Note that the declaration was looked at."""
    found = conflict_for(request.user, pk)
    allow_act(request, "confirm", found, "assessments.confirm_conflict", "assessments.list_conflicts")
    form = ApproveForm(request.POST, record=found)
    if form.is_valid():
        conflicts.confirm(found, seen=form.cleaned_data["version"], by=request.user)
        messages.success(request, _("Confirmed."))
    return redirect("assessments:conflicts")


def allow_act(request, verb, record, permission, at_large):
    """Ask the policy, but leave an act that came too late to `move`, which says who was first."""
    if request.method == "POST" and not record.can(verb):
        allow(request.user, at_large)
    else:
        allow(request.user, permission, record)


def lift(request, pk):
    """Say why the conflict is none any more."""
    found = conflict_for(request.user, pk)
    allow_act(request, "lift", found, "assessments.lift_conflict", "assessments.list_conflicts")
    form = LiftForm(request.POST or None, record=found)
    if request.method == "POST" and form.is_valid():
        note, seen = form.cleaned_data["note"], form.cleaned_data["version"]
        conflicts.lift(found, note=note, seen=seen, by=request.user)
        messages.success(request, _("Lifted; the record of it stays."))
        return redirect("assessments:conflicts")
    return render(request, "assessments/conflict/lift.html", {"conflict": found, "form": form})


# ── likely ones ──────────────────────────────────────────────────────────────────────────────────


def likely(request):
    """What the register puts side by side and nobody declared, each with why."""
    allow(request.user, "assessments.list_conflicts")
    found = conflict_hint.hints()
    # Whoever could answer what is about the person who looks.
    others = User.objects.holding(KEEPERS).filter(is_active=True).exclude(pk=request.user.pk)
    context = {"page": page_of(request, found, LIKELY_PER_PAGE), "others": others.order_by("name", "pk")}
    page, fragment = "assessments/conflict/likely.html", "assessments/conflict/_likely.html"
    return render_page(request, page, fragment, context)


@require_POST
def answer(request):
    """The likely conflict is one, or is none."""
    allow(request.user, "assessments.list_conflicts")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the lines, and what it is."))
        return redirect("assessments:conflicts_likely")
    person, unit = form.cleaned_data["person"], form.cleaned_data["unit"]
    allow(request.user, "assessments.answer_hint", ConflictHint(person=person, unit=unit))
    try:
        if form.cleaned_data["verdict"] == "conflict":
            conflicts.take_hint(person, unit, by=request.user)
            text = _("On record: %(person)s decides nothing about %(unit)s.")
        else:
            conflicts.rule_out(person, unit, by=request.user)
            text = _("Noted: %(person)s and %(unit)s are not asked about again for these reasons.")
        messages.success(request, text % {"person": person, "unit": unit})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("assessments:conflicts_likely")


# ── exceptions ───────────────────────────────────────────────────────────────────────────────────


def ask(request):
    """Ask to decide all the same: `?entry=` names the record, `?unit=` the unit."""
    allow(request.user, "assessments.declare_conflict")
    entry = entry_asked(request)
    form_class = AskForm if entry else AskForUnitForm
    form = form_class(request.POST or None, initial={"until": today(), "unit": unit_asked(request)})
    if request.method == "POST" and form.is_valid():
        unit = entry.unit if entry else form.cleaned_data.pop("unit")
        if found := asked(request, form, unit, entry):
            messages.success(request, _("Asked for; it waits for a director."))
            return redirect(found)
    return render(request, "assessments/conflict/ask.html", {"form": form, "entry": entry})


def entry_asked(request):
    """The record that the address names, or None."""
    number = whole_number(request.GET.get("entry", ""))
    entries = LedgerEntry.objects.visible_to(request.user).select_related("unit")
    return number and get_object_or_404(entries, pk=number)


def asked(request, form, unit, entry):
    """The exception that was asked for, or None when that is refused; the form then says why."""
    if not recusal(request.user).ground(unit.pk):
        form.add_error(None, _("You have no conflict of interest with this unit; no exception is needed."))
        return None
    allow(
        request.user,
        "assessments.ask_override",
        ConflictOverride(person=request.user, unit=unit, entry=entry),
    )
    try:
        return conflicts.ask(unit, entry=entry, **form.cleaned_data, by=request.user)
    except ValidationError as refusal:
        tell_refusal(form, refusal)
    return None


def override(request, pk):
    """Who wants to decide where, why and until when; and for a director, the decision."""
    found = override_for(request.user, pk)
    return override_page(request, found)


def override_page(request, found, refuse_form=None, status=200):
    context = {
        "override": found,
        "why": GROUNDS_OF_OTHERS.get(recusal(found.person).ground(found.unit_id), ""),
        "approve_form": ApproveForm(record=found),
        "refuse_form": refuse_form or RefuseForm(record=found, prefix="refuse"),
        "events": TrailEvent.objects.about(found),
    }
    return render(request, "assessments/conflict/override.html", context, status=status)


# The same as GROUNDS, of somebody else.
GROUNDS_OF_OTHERS = {
    "own": gettext_lazy("works for this unit"),
    "tree": gettext_lazy("the unit stands below the person's department, or the person's unit came from it"),
    "former": gettext_lazy("worked for this unit not long ago"),
    "declared": gettext_lazy("a conflict of interest with this unit is on record"),
}


@require_POST
def approve(request, pk):
    """Permit it, as the second person."""
    found = override_for(request.user, pk)
    allow_act(request, "approve", found, "assessments.approve_override", "assessments.list_conflicts")
    form = ApproveForm(request.POST, record=found)
    if form.is_valid():
        try:
            conflicts.approve(found, seen=form.cleaned_data["version"], by=request.user)
            messages.success(request, _("Approved. The exception stands in the history."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(found)


@require_POST
def refuse(request, pk):
    """Do not permit it, with a reason."""
    found = override_for(request.user, pk)
    allow_act(request, "refuse", found, "assessments.refuse_override", "assessments.list_conflicts")
    form = RefuseForm(request.POST, record=found, prefix="refuse")
    if not form.is_valid():
        return override_page(request, found, form, status=422)
    note, seen = form.cleaned_data["note"], form.cleaned_data["version"]
    conflicts.refuse(found, note=note, seen=seen, by=request.user)
    messages.success(request, _("Refused."))
    return redirect(found)


@require_POST
def end(request, pk):
    """The exception is over before its day."""
    found = override_for(request.user, pk)
    allow_act(request, "end", found, "assessments.end_override", "assessments.declare_conflict")
    form = ApproveForm(request.POST, record=found)
    if form.is_valid():
        conflicts.end(found, seen=form.cleaned_data["version"], by=request.user)
        messages.success(request, _("Ended."))
    return redirect(found)
