"""The ranking in the office: live, released as a version, withdrawn."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from assessments import listings
from assessments.actions import publication, xray
from assessments.forms.publication import ReleaseForm, WithdrawForm, YearForm
from assessments.models import Cycle, RankingRelease
from civportal.lib.web import allow
from units.models import Office, TrailEvent
from units.views.export import exported


def release_for(user, pk):
    """The released version; every one is public, so that nobody is refused knowing it."""
    return get_object_or_404(RankingRelease.objects.visible_to(user).for_listing(), pk=pk)


def cycles():
    """Every year, the one being worked in first."""
    return sorted(
        Cycle.objects.select_related("standard"),
        key=lambda cycle: (cycle.status != Cycle.Status.OPEN, -cycle.year),
    )


def index(request):
    """The year's ranking as the sheets stand now."""
    allow(request.user, "assessments.view_ranking")
    form = YearForm(request.GET, cycles=cycles())
    if request.method == "POST" and form.cycle:
        ranking = publication.live(form.cycle)
        return exported(request, listings.ranking(ranking), ranking.rows, [str(form.cycle)])
    context = {"form": form, "cycle": form.cycle}
    if form.cycle:
        context |= live_context(form.cycle)
        context["releases"] = form.cycle.releases.for_listing()
    return render(request, "assessments/publication/index.html", context)


def live_context(cycle):
    """The live ranking and what its tables and its plot need."""
    ranking = publication.live(cycle)
    cut = publication.cut_line(cycle.standard.grades)
    return {
        "ranking": ranking,
        "plot": publication.plot([row.sheet.total for row in ranking.rows], cut),
        "missing": publication.missing(ranking),
    }


def release_new(request):
    """Say exactly what will be published, then publish it."""
    allow(request.user, "assessments.release_ranking")
    cycle = YearForm(request.GET, cycles=cycles()).cycle
    if cycle is None:
        return redirect("assessments:ranking")
    ranking = publication.live(cycle)
    form = ReleaseForm(
        request.POST or None, ranking=ranking, grave=xray.grave(cycle), initial={"title": usual_title(cycle)}
    )
    if request.method == "POST" and form.is_valid() and (version := released(form, cycle, request.user)):
        messages.success(request, _("Released: “%(title)s” is on the public pages now.") % {"title": version})
        return redirect("assessments:release", version.pk)
    context = {"form": form, "cycle": cycle, "ranking": ranking, "missing": publication.missing(ranking)}
    return render(request, "assessments/publication/new.html", context)


def usual_title(cycle):
    """What a year's ranking is called when nobody says otherwise."""
    return _("%(county)s: civic creation ranking %(year)s") % {
        "county": Office.current().county,
        "year": cycle.year,
    }


def released(form, cycle, user):
    """The new version, or None with the reason on the form."""
    values = form.cleaned_data
    try:
        return publication.release(
            cycle,
            title=values["title"],
            confirm_unset=values.get("confirm_unset", False),
            exceptions=form.exceptions,
            seen=values["seen"],
            by=user,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


def release(request, pk):
    """One version with its history, as the office sees it."""
    allow(request.user, "assessments.view_ranking")
    version = release_for(request.user, pk)
    context = {"release": version, "events": TrailEvent.objects.about(version)}
    return render(request, "assessments/publication/detail.html", context)


def withdraw(request, pk):
    version = release_for(request.user, pk)
    allow(request.user, "assessments.withdraw_ranking", version)
    form = WithdrawForm(request.POST or None, record=version)
    if request.method == "POST" and form.is_valid():
        publication.withdraw(
            version, note=form.cleaned_data["note"], seen=form.cleaned_data["version"], by=request.user
        )
        messages.success(request, _("Withdrawn: the public reads your reason in place of the ranking."))
        return redirect("assessments:release", version.pk)
    return render(request, "assessments/publication/withdraw.html", {"release": version, "form": form})
