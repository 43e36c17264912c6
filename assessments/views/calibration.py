"""Calibration rounds: prepared, marked item by item, compared, and the line agreed on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import calibration as calibrations
from assessments.actions import calibration_sample, calibration_standing
from assessments.forms.calibration import (
    AddForm,
    BeginForm,
    DrawForm,
    LineForm,
    MarkForm,
    ReferenceForm,
    ReviewersForm,
)
from assessments.models import CalibrationItem, CalibrationRound, Cycle
from civportal.lib.forms import VersionForm
from civportal.lib.web import allow, page_of, render_page
from units.forms.editing import tell_refusal
from units.models import TrailEvent
from units.views.export import exported


def round_for(user, pk):
    """The round, or 404 when this person should not even know that there is one."""
    return get_object_or_404(CalibrationRound.objects.visible_to(user).select_related("cycle"), pk=pk)


def item_for(user, pk):
    """The item of a round that this person may know about."""
    visible = CalibrationRound.objects.visible_to(user).order_by().values("pk")
    return get_object_or_404(CalibrationItem.objects.for_marking().filter(round__in=visible), pk=pk)


def index(request):
    """The rounds of all years, the newest first."""
    allow(request.user, "assessments.list_calibrations")
    rounds = CalibrationRound.objects.visible_to(request.user).for_listing()
    if request.method == "POST":
        return exported(request, listings.CALIBRATIONS, rounds)
    context = {"page": page_of(request, rounds), "cycle": Cycle.objects.current()}
    return render_page(
        request, "assessments/calibration/index.html", "assessments/calibration/_table.html", context
    )


def new(request):
    """Say how large the sample is and who takes part; then look at what was drawn."""
    allow(request.user, "assessments.hold_calibration")
    cycle = Cycle.objects.current()
    if cycle is None or cycle.status != Cycle.Status.OPEN:
        raise Http404
    form = BeginForm(request.POST or None)
    if form.is_valid() and (found := begun(request, cycle, form)):
        return redirect(found)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "cycle": cycle}
    return render(request, "assessments/calibration/new.html", context, status=status)


def begun(request, cycle, form):
    """The round, or None when it is refused; the form then says why."""
    try:
        return calibration_sample.prepare(cycle, **form.cleaned_data, by=request.user)
    except ValidationError as refusal:
        tell_refusal(form, refusal)
        return None


def detail(request, pk):
    """The round as this person may see it: prepared, being marked, or compared."""
    found = round_for(request.user, pk)
    allow(request.user, "assessments.view_calibration", found)
    sees = request.user.has_perm("assessments.compare_calibration", found)
    places = calibration_standing.places(found, request.user, sees=sees)
    if request.method == "POST":
        return export(request, found)
    context = {"round": found, "events": TrailEvent.objects.about(found), "places": places, "sees": sees}
    context["version_form"] = VersionForm(record=found)
    if found.is_draft:
        context |= forms_of_draft(found)
    else:
        context |= as_it_stands(request.user, found, places, sees)
    return render(request, "assessments/calibration/detail.html", context)


def export(request, found):
    """The marks as a table, for whoever may compare them by name."""
    allow(request.user, "assessments.hold_calibration")
    allow(request.user, "assessments.compare_calibration", found)
    return exported(request, listings.CALIBRATION_MARKS, calibration_standing.marks_of(found), [str(found)])


def forms_of_draft(found):
    """What can still be changed before the round is opened."""
    return {
        "draw_form": DrawForm(record=found),
        "add_form": AddForm(record=found),
        "reviewers_form": ReviewersForm(record=found, chosen=found.parts),
        "progress": calibration_standing.progress(found),
    }


def as_it_stands(user, found, places, sees):
    """How far everybody is, and what lies apart where that may be seen."""
    left = [place for place in places if place.is_left]
    return {
        "progress": calibration_standing.progress(found),
        "left": left,
        "following": left[0].item if left else None,
        "takes_part": user.pk in found.parts,
        "own_count": sum(place.own is not None for place in places),
        "widest": calibration_standing.widest_first(places) if sees else [],
        "agreement": calibration_standing.agreement_of(places) if sees and places else None,
    }


def act(request, pk, form_class, verb, permission, action, said):
    """Carry an act of the one who holds the round out; who comes too late is told so by the action."""
    found = round_for(request.user, pk)
    if found.can(verb):
        allow(request.user, permission, found)
    else:
        allow(request.user, "assessments.hold_calibration")
    form = form_class(request.POST, record=found)
    if checked(request, form):
        try:
            action(found, by=request.user, **values_of(form))
            messages.success(request, said)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(found)


def values_of(form):
    """What the form says as the actions take it: the version is what was seen."""
    values = dict(form.cleaned_data)
    return values | {"seen": values.pop("version")}


def change(request, pk, form_class, action, said):
    """The same for what is changed before the round is opened."""
    return act(request, pk, form_class, "open", "assessments.edit_calibration", action, said)


def checked(request, form):
    """Whether the form is whole; what is wrong is said on the next page."""
    if form.is_valid():
        return True
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, _(": ").join(filter(None, [str(label or ""), " ".join(errors)])))
    return False


@require_POST
def draw(request, pk):
    """Another sample."""
    return change(request, pk, DrawForm, calibration_sample.draw, _("Another sample is drawn."))


@require_POST
def add(request, pk):
    """A record put into the sample by its receipt."""
    return change(request, pk, AddForm, calibration_sample.add_item, _("Added to the sample."))


@require_POST
def reviewers(request, pk):
    """Who takes part."""
    return change(request, pk, ReviewersForm, calibration_sample.choose, _("Who takes part is saved."))


@require_POST
def remove_item(request, pk):
    """Take an item out of the sample."""
    item = item_for(request.user, pk)
    allow(request.user, "assessments.hold_calibration")
    calibration_sample.remove_item(item, by=request.user)
    messages.success(request, _("Taken out of the sample."))
    return redirect(item.round)


@require_POST
def open_round(request, pk):
    """Fix the sample; the reviewers are told."""
    said = _("The round is open; the reviewers are told.")
    action = calibrations.open_round
    return act(request, pk, VersionForm, "open", "assessments.open_calibration", action, said)


@require_POST
def close(request, pk):
    """Nothing more is marked; everybody compares."""
    said = _("The round is closed; everybody can compare.")
    return act(request, pk, VersionForm, "close", "assessments.close_calibration", calibrations.close, said)


@require_POST
def discard(request, pk):
    """Throw a round away that was never opened."""
    found = round_for(request.user, pk)
    allow(request.user, "assessments.edit_calibration", found)
    calibration_sample.discard(found, by=request.user)
    messages.success(request, _("The calibration round is thrown away."))
    return redirect("assessments:calibrations")


@require_POST
def finish(request, pk):
    """One's own marks stay from now on; the others' can be seen."""
    found = round_for(request.user, pk)
    if found.is_open and not found.parts.get(request.user.pk):
        allow(request.user, "assessments.finish_calibration", found)
    allow(request.user, "assessments.list_calibrations")
    try:
        calibrations.finish(found, by=request.user)
        messages.success(request, _("Your marks are finished. Here is how they compare."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(found)


# ── one item ─────────────────────────────────────────────────────────────────────────────────────


def item(request, pk):
    """The evidence on the left; on the right what to give, or what was given."""
    found = item_for(request.user, pk)
    allow(request.user, "assessments.view_calibration", found.round)
    return item_page(request, found)


def item_page(request, found, *, form=None, reference_form=None, line_form=None, status=200):
    user = request.user
    sees = user.has_perm("assessments.compare_calibration", found.round)
    places = calibration_standing.places(found.round, user, sees=sees)
    here = next(place for place in places if place.item.pk == found.pk)
    prefetch_related_objects([found], "entry__files")
    context = {
        "item": found,
        "round": found.round,
        "entry": found.entry,
        "files": found.entry.files.all(),
        "editable": False,
        "place": here,
        "sees": sees,
        "form": form or MarkForm(item=found, own=here.own),
        "reference_form": reference_form or ReferenceForm(instance=found, prefix="reference"),
        "line_form": line_form or LineForm(instance=found, prefix="line"),
        "lines": calibrations.lines_of(found.round.cycle_id, [found.indicator_id])[found.indicator_id],
        "done": sum(one.own is not None for one in places),
        "all": sum(not one.is_barred for one in places),
    }
    context |= around(places, here)
    return render(request, "assessments/calibration/item.html", context, status=status)


def around(places, here):
    """The items before and after this one in the sample."""
    number = places.index(here)
    return {
        "number": number + 1,
        "count": len(places),
        "previous": places[number - 1].item if number else None,
        "next": places[number + 1].item if number + 1 < len(places) else None,
    }


@require_POST
def mark(request, pk):
    """Keep one's own mark, then go on to what is left."""
    found = item_for(request.user, pk)
    if found.round.is_open and not found.bars(request.user) and not found.round.parts.get(request.user.pk):
        allow(request.user, "assessments.mark_calibration_item", found)
    allow(request.user, "assessments.list_calibrations")
    form = MarkForm(request.POST, item=found)
    if not form.is_valid() or not kept(request, found, form):
        return item_page(request, found, form=form, status=422)
    left = calibrations.left(found.round, request.user)
    following = left.filter(position__gt=found.position).first() or left.first()
    return redirect(following or found.round)


def kept(request, found, form):
    """Whether the mark is kept; the form says why not."""
    try:
        calibrations.give(found, **form.values, by=request.user)
    except ValidationError as refusal:
        tell_refusal(form, refusal)
        return False
    return True


@require_POST
def refer(request, pk):
    """What the director would give."""
    found = item_for(request.user, pk)
    allow(request.user, "assessments.refer_calibration_item", found)
    form = ReferenceForm(request.POST, instance=found, prefix="reference")
    if not form.is_valid() or not form.edit(by=request.user):
        return item_page(request, found, reference_form=form, status=422)
    messages.success(request, _("Saved."))
    return redirect(found)


@require_POST
def agree(request, pk):
    """The line agreed on in the talk."""
    found = item_for(request.user, pk)
    allow(request.user, "assessments.agree_calibration_item", found)
    form = LineForm(request.POST, instance=found, prefix="line")
    if not form.is_valid() or not form.edit(by=request.user):
        return item_page(request, found, line_form=form, status=422)
    if form.cleaned_data["line"]:
        messages.success(request, _("The line stands beside the indicator now."))
    else:
        messages.success(request, _("No line stands beside the indicator."))
    return redirect(found)
