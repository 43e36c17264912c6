"""The ledger as units write it and everybody concerned reads it."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import listings
from assessments.actions import (
    correction,
    guide,
    ledger,
    likeness,
    mark,
    recipe,
    record_words,
    review,
)
from assessments.forms.ledger import EntryFilter, EntryForm, OnBehalfForm, StartForm, WishForm, title_for
from assessments.forms.likeness import ExplainForm, OpinionForm
from assessments.forms.review import ReasonForm
from assessments.models import Claim, EvidenceFile, LedgerEntry, Review, UnitYear, WorkCalendar
from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, page_of, render_page, whole_number
from units.models import TrailEvent
from units.views.export import exported

from .thread import asking, threads

# Of earlier years' records, so many are offered to begin from.
EARLIER_SHOWN = 30
CLAIMS = Prefetch("claims", Claim.objects.select_related("indicator__parent"))


def entry_for(user, pk):
    """The entry with all it shows, or 404 when this user should not even know it exists."""
    entries = LedgerEntry.objects.visible_to(user).select_related(
        "unit__category",
        "cycle__standard",
        "submitted_by",
        "created_by",
        "answers",
        "based_on__cycle",
        "confirmed_by",
    )
    return get_object_or_404(
        entries.prefetch_related(
            CLAIMS,
            Prefetch("files", EvidenceFile.objects.all()),
            Prefetch("reviews", Review.objects.select_related("by", "seen_by")),
            "cycle__stages",
        ),
        pk=pk,
    )


def written_entry_for(user, pk):
    """The entry with what its writer's pauses ask for, and no more: they come every few seconds."""
    entries = LedgerEntry.objects.visible_to(user).select_related("unit", "cycle")
    return get_object_or_404(entries.prefetch_related(CLAIMS), pk=pk)


def index(request):
    """The entries one may see, last touched first."""
    form = EntryFilter(request.GET)
    entries = form.apply(LedgerEntry.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.ENTRIES, entries.order_by("-updated_at", "-pk"), form.said)
    page = keyset_page(request, entries, "-updated_at")
    context = {"form": form, "page": page}
    return render_page(request, "assessments/ledger/index.html", "assessments/ledger/_table.html", context)


def detail(request, pk):
    entry = entry_for(request.user, pk)
    context = {
        "entry": entry,
        "events": TrailEvent.objects.about(entry),
        "last_review": entry.last_review,
        "editions": entry.editions.select_related("made_by"),
        "reason_form": ReasonForm(),
        "marking": mark.standing(entry, request.user),
        "marks": mark.told(entry, request.user),
        "looks": OpinionForm.each(likeness.findings(entry, for_user=request.user)),
        "threads": threads(entry, request.user),
        "asking": asking(entry),
        "workdays": WorkCalendar.workdays(),
    }
    return render(request, "assessments/ledger/detail.html", context)


@require_POST
def see_return(request, pk):
    """Sent by the page itself once a person of the unit reads what was returned."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.see_return_entry", entry)
    review.see_return(entry, by=request.user)
    return HttpResponse(status=204)


def new(request):
    """The one question with which a record begins; the rest follows on the next page.

    `?duty=` names what the record answers.
    """
    allow(request.user, "assessments.write_entry")
    unit_year = UnitYear.objects.current_of(request.user)
    if unit_year is None:
        return render(request, "assessments/ledger/closed.html")
    duty = duty_wished(request, unit_year)
    there = duty and ledger.in_hand_for(duty)
    if there:
        return redirect("assessments:entry_edit", there.pk)
    form = StartForm(request.POST or None, initial={"title": duty and title_for(duty)})
    if request.method == "POST" and form.is_valid():
        entry = ledger.write(
            cycle=unit_year.cycle,
            unit=unit_year.unit,
            title=form.cleaned_data["title"],
            answers=duty,
            indicators=wished_indicators(request, unit_year),
            by=request.user,
        )
        return redirect("assessments:entry_edit", entry.pk)
    context = {"form": form, "unit_year": unit_year, "duty": duty}
    if not duty:
        context["earlier"] = LedgerEntry.objects.to_go_by(unit_year).select_related("cycle")[:EARLIER_SHOWN]
    return render(request, "assessments/ledger/new.html", context)


def new_for_unit(request):
    """The office begins a record from the paper that a unit handed over."""
    allow(request.user, "assessments.write_entry_for_unit")
    form = OnBehalfForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        year, title = form.unit_year, form.cleaned_data["title"]
        entry = ledger.write(cycle=year.cycle, unit=year.unit, title=title, on_behalf=True, by=request.user)
        return redirect("assessments:entry_edit", entry.pk)
    return render(request, "assessments/ledger/new_for_unit.html", {"form": form})


@require_POST
def confirm(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.confirm_entry", entry)
    ledger.confirm(entry, by=request.user)
    messages.success(request, _("Confirmed."))
    return redirect(entry)


@require_POST
def new_like(request, pk):
    """Begin a record as one of the own unit's earlier years."""
    earlier = entry_for(request.user, pk)
    allow(request.user, "assessments.write_entry")
    unit_year = UnitYear.objects.current_of(request.user)
    offered = LedgerEntry.objects.to_go_by(unit_year) if unit_year else LedgerEntry.objects.none()
    if not offered.filter(pk=pk).exists():
        raise Http404
    entry = ledger.write_like(earlier, cycle=unit_year.cycle, by=request.user)
    return redirect("assessments:entry_edit", entry.pk)


def duty_wished(request, unit_year):
    """The own unit's open duty that the address names, None when it names none, else 404."""
    if "duty" not in request.GET:
        return None
    owed = ledger.answerable(unit_year.cycle, unit_year.unit).select_related("cycle")
    return get_object_or_404(owed, pk=whole_number(request.GET["duty"]))


def wished_indicators(request, unit_year):
    """The indicator that the task list's link named, if it is one of the unit's."""
    indicators = unit_year.cycle.standard.indicators.proved_by_ledger().for_unit_year(unit_year)
    wish = WishForm(request.GET)
    return indicators.filter(code=wish.cleaned_data["indicator"] if wish.is_valid() else "")


def edit(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    form = EntryForm(request.POST or None, instance=entry, unit_year=year_of(entry))
    if request.method == "POST" and form.is_valid():
        return save(request, form)
    return render(request, "assessments/ledger/edit.html", edit_context(request, form))


def year_of(entry):
    years = UnitYear.objects.select_related("cycle__standard")
    return get_object_or_404(years, cycle=entry.cycle_id, unit=entry.unit_id)


def save(request, form):
    """Save what was typed; where somebody else wrote meanwhile, show both and let the person choose."""
    saved = ledger.edit(form.instance, form.values, seen=form.seen, by=request.user)
    if saved.clashes:
        form.show(saved.clashes)
        context = {**edit_context(request, form), "clashes": worded_clashes(form, saved)}
        return render(request, "assessments/ledger/edit.html", context, status=409)
    messages.success(request, _("Saved."))
    return redirect(
        "assessments:entry_submit" if "check" in request.POST else "assessments:entry_edit", saved.entry.pk
    )


def worded_clashes(form, saved):
    """[(label, what somebody else wrote there)]."""
    return [(form.fields[name].label, form.told(name, there)) for name, there in saved.clashes.items()]


@require_POST
def keep(request, pk):
    """Save the fields that were sent while their writer goes on; answers what stands there now.

    With no field it only asks whether somebody else has written meanwhile.
    """
    entry = written_entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    form = EntryForm(
        request.POST, instance=entry, unit_year=year_of(entry), only=request.POST.getlist("fields")
    )
    form.full_clean()
    saved = ledger.edit(entry, form.values, seen=form.seen, by=request.user, goes_on=True)
    return JsonResponse(kept(form, saved, whole_number(request.POST.get("version"))))


def kept(form, saved, version):
    """What the page needs to know: when it was saved, what was refused, and what others wrote meanwhile."""
    answer = {
        "saved": localtime(saved.entry.updated_at).strftime("%H:%M:%S"),
        "version": saved.entry.version,
        "errors": {name: " ".join(errors) for name, errors in form.errors.items()},
        "clashes": {
            name: {"value": form.as_typed(name, there), "text": form.told(name, there)}
            for name, there in saved.clashes.items()
        },
    }
    if saved.met != version:
        whole = EntryForm(instance=saved.entry, unit_year=form.unit_year)
        answer["values"] = {name: whole.as_typed(name, there) for name, there in whole.stored().items()}
    return answer


def edit_context(request, form):
    entry = form.instance
    return {
        "form": form,
        "entry": entry,
        "files": correction.marked(entry.files.all(), form.correction),
        "correction": form.correction,
        "thrown_away": EvidenceFile.every.thrown_away_from(entry),
        "editable": True,
        "last_review": entry.last_review,
        "recipes": recipe.of(entry),
        "guide": guide.of(chosen_kind(form)),
        "frequent": guide.why_returned(chosen_kind(form)),
        "looks": ExplainForm.each(likeness.findings(entry, for_user=request.user)),
    }


def recipes(request, pk):
    """What the ticked indicators ask, and what of it is there; a POST says what the files show."""
    entry = written_entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    if request.method == "POST":
        recipe.declare(entry, declared_in(request.POST), by=request.user)
        if not request.htmx:
            return redirect("assessments:entry_edit", pk)
        entry = written_entry_for(request.user, pk)
    context = {"entry": entry, "recipes": recipe.of(entry), "editable": True}
    return render(request, "assessments/ledger/_recipes.html", context)


def declared_in(said):
    """{claim number: the names ticked} of what the page sends as “7:name”."""
    declared = defaultdict(list)
    for tick in said.getlist("shows"):
        number, _colon, name = tick.partition(":")
        declared[whole_number(number)].append(name)
    return declared


def chosen_kind(form):
    """The kind that the page shows; a word that is none leaves the record's own."""
    said = form["kind"].value()
    return said if said in LedgerEntry.Kind.values else form.instance.kind


def submit(request, pk):
    """Check your answers, then hand in."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    if request.method == "GET":
        recipes = recipe.of(entry)
        context = {
            "entry": entry,
            "gaps": ledger.gaps(entry),
            "files": entry.files.all(),
            "recipes": recipes,
            "open_count": recipe.open_count(recipes),
            "looks": ExplainForm.each(likeness.findings(entry, for_user=request.user)),
        }
        return render(request, "assessments/ledger/submit.html", context)
    return hand_in(request, entry)


@require_POST
def hand_in(request, entry):
    allow(request.user, "assessments.submit_entry", entry)
    try:
        entry = ledger.submit(entry, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("assessments:entry_submit", entry.pk)
    messages.success(
        request, _("Handed in. Your receipt number is %(receipt)s.") % {"receipt": entry.receipt}
    )
    return redirect(entry)


@require_POST
def withdraw(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.withdraw_entry", entry)
    ledger.withdraw(entry, by=request.user)
    messages.success(request, _("Taken back; it is a draft again."))
    return redirect("assessments:entry_edit", pk)


@require_POST
def delete(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.delete_entry", entry)
    ledger.delete(entry, by=request.user)
    messages.success(request, _("The draft lies in the bin for 30 days."))
    return redirect("assessments:entries")


def thrown_away(request):
    """The drafts that one threw away, until they are gone."""
    allow(request.user, "assessments.view_bin")
    drafts = LedgerEntry.every.thrown_away_by(request.user).select_related("unit", "removed_by")
    page = page_of(request, drafts)
    return render(request, "assessments/ledger/thrown_away.html", {"page": page})


@require_POST
def restore(request, pk):
    thrown_away = LedgerEntry.every.thrown_away_by(request.user).select_related("unit")
    entry = get_object_or_404(thrown_away, pk=pk)
    allow(request.user, "assessments.restore_entry", entry)
    ledger.restore(entry, by=request.user)
    messages.success(request, _("Fetched back; go on writing."))
    return redirect("assessments:entry_edit", pk)


@require_safe
def edition(request, pk, number):
    """The record as it was handed in that time."""
    entry = entry_for(request.user, pk)
    frozen = get_object_or_404(entry.editions.select_related("made_by"), number=number)
    files = EvidenceFile.every.filter(editions=frozen)
    context = {
        "entry": entry,
        "edition": frozen,
        "told": record_words.of_edition(frozen),
        "files": captioned(files, frozen),
    }
    return render(request, "assessments/ledger/edition.html", context)


def captioned(files, frozen):
    """The files with the captions that they had then."""
    captions = frozen.content["captions"]
    for file in files:
        file.caption = captions.get(str(file.pk), "")
    return files


@require_POST
def reopen(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.reopen_entry", entry)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the decision is reopened."))
        return redirect(entry)
    review.reopen(entry, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, _("The decision is reopened."))
    return redirect("assessments:review", pk)
