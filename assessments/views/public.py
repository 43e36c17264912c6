"""What everybody may read without signing in: rankings, the honors roll, a unit's page."""

import hashlib
from functools import cache, wraps
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max, OuterRef, Subquery
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from assessments import listings
from assessments.actions import publication
from assessments.forms.honor import RollFilter, UnitSearch
from assessments.models import Award, HonorItem, Indicator, RankingRelease, RankingRow
from assessments.models.publication import public_units, public_units_named
from civportal.lib.web import page_of, render_page
from units.models import Office, TrailEvent, Unit
from units.views.export import given_out

LEADERS = 3
NEWEST = 5
ROLL_PER_PAGE = 200


def version_of_page(request, **_address):
    """What a public page depends on, in one cheap query; None where it is not worth asking.

    Nothing published changes without a line in the trail, so its newest number stands for all of it.
    Besides, the page shows the office's row and the visitor's own choices, and follows the program.
    """
    if settings.DEBUG or request.user.is_authenticated:
        return None
    said = [
        TrailEvent.objects.aggregate(newest=Max("pk"))["newest"],
        model_to_dict(Office.current()),
        request.LANGUAGE_CODE,
        [request.COOKIES.get(name, "") for name in ("theme", "elder", settings.CSRF_COOKIE_NAME)],
        bool(request.htmx),
        version_of_program(),
    ]
    return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


@cache
def version_of_program():
    """The newest file among templates, styles and translations: a deployed change is never hidden."""
    folders = (Path(settings.BASE_DIR) / name for name in ("templates", "static", "locale"))
    return max((path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*")), default=0)


def public(view):
    """Open without signing in, read-only, and sent again only when something has changed."""

    @login_not_required
    @require_safe
    @cache_control(private=True, no_cache=True)
    @etag(version_of_page)
    @wraps(view)
    def page(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    return page


@public
def home(request):
    """What a citizen wants first: the newest ranking, the honors, a unit, a person to ask."""
    releases = list(RankingRelease.objects.published().for_listing()[:NEWEST])
    newest = releases[0] if releases else None
    boards = publication.boards_of(newest) if newest else []
    context = {
        "newest": newest,
        "boards": boards,
        "plot": plot_of(boards),
        "leaders": LEADERS,
        "news": news(releases),
        "levels": honors_by_level(),
        "unit_count": Unit.objects.participating().count(),
        "standard": standard_in_figures(),
        "search": UnitSearch(),
    }
    return render(request, "public/home.html", context)


def plot_of(boards):
    """How the totals of all kinds are spread; they share one cut line."""
    totals = [row.total for board in boards for row in board.rows]
    return publication.plot(totals, boards[0].cut if boards else None)


def news(releases):
    """The newest publications, rankings and documents of honors in one row, newest first."""
    rankings = [{"on": publication.day_of(release), "release": release} for release in releases]
    documents = [{"on": document["granted_on"], "document": document} for document in newest_documents()]
    return sorted(rankings + documents, key=lambda one: one["on"], reverse=True)[:NEWEST]


def newest_documents():
    """The newest documents that granted honors, with how many they granted."""
    return (
        Award.objects.standing()
        .order_by()
        .values("document_number", "granted_on")
        .annotate(count=Count("pk"), honors=Count("item", distinct=True), newest=Max("pk"))
        .order_by("-granted_on", "-newest")[:NEWEST]
    )


def honors_by_level():
    """How many honors stand, by level and name, in the order of the catalogue."""
    counted = (
        HonorItem.objects.filter(awards__status=Award.Status.ACTIVE)
        .annotate(count=Count("awards"))
        .order_by("sort_order", "pk")
    )
    by_level = {level: [] for level in HonorItem.Level.values}
    for item in counted:
        by_level[item.level].append(item)
    labels = dict(HonorItem.Level.choices)
    return [
        {"level": level, "label": labels[level], "items": items, "count": sum(item.count for item in items)}
        for level, items in by_level.items()
        if items
    ]


def standard_in_figures():
    """How many groups and indicators the newest frozen standard has; nothing before there is one."""
    return (
        Indicator.objects.filter(standard__status="frozen")
        .order_by()
        .values("standard", "standard__name", "standard__year", "standard__edition")
        .annotate(indicators=Count("parent"), groups=Count("parent", distinct=True))
        .order_by("-standard__year", "-standard__edition")
        .first()
    )


@public
def rankings(request):
    """Every version ever released, by year; a withdrawn one with its note."""
    listed = RankingRelease.objects.for_listing().order_by("-cycle__year", "-number")
    page = page_of(request, listed)
    years = [(year, list(group)) for year, group in groupby(page, key=lambda release: release.cycle.year)]
    return render(request, "public/rankings.html", {"page": page, "years": years})


@public
def ranking(request, pk):
    """One released version, or the note that it was withdrawn."""
    release = get_object_or_404(RankingRelease.objects.for_listing(), pk=pk)
    boards = publication.boards_of(release)
    if boards and (kind := request.GET.get("format")):
        return given_out(listings.release(release), release.rows.all(), kind)
    context = {
        "release": release,
        "boards": boards,
        "plot": plot_of(boards),
        "newer": release.newer_version(),
        "ties": publication.tie_words(release),
    }
    return render(request, "public/ranking.html", context)


@public
def roll(request):
    """Every honor held, narrowed by level, kind, year and words."""
    form = RollFilter(request.GET)
    awards = form.apply(form.held().for_listing())
    if kind := request.GET.get("format"):
        return given_out(listings.ROLL, awards, kind, form.said)
    context = {"form": form, "page": page_of(request, awards, ROLL_PER_PAGE)}
    return render_page(request, "public/roll.html", "public/_roll.html", context)


@public
def units(request):
    """The units whose name holds the words, each with a page of its own."""
    form = UnitSearch(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = public_units_named(text).select_related("category").order_by("sort_order", "pk")
    return render(request, "public/units.html", {"form": form, "text": text, "page": page_of(request, found)})


@public
def unit(request, pk):
    """A unit's honors and places; nothing that reaches or names a person."""
    unit = get_object_or_404(public_units().select_related("category__parent", "town"), pk=pk)
    context = {
        "unit": unit,
        "awards": Award.objects.standing().filter(unit=unit).for_listing(),
        "places": newest_places(unit),
        "became": unit.successors.select_related("after", "act"),
        "windows": unit.windows.open(),
    }
    return render(request, "public/unit.html", context)


def newest_places(unit):
    """The unit's place in the newest published version of every year, newest year first."""
    peers = (
        RankingRow.objects.filter(release=OuterRef("release"), kind_order=OuterRef("kind_order"))
        .order_by()
        .values("release")
        .annotate(count=Count("pk"))
    )
    rows = (
        RankingRow.objects.filter(unit=unit, release__status=RankingRelease.Status.PUBLISHED)
        .select_related("release__cycle")
        .annotate(peers=Subquery(peers.values("count")))
        .order_by("-release__cycle__year", "-release__number")
    )
    return [next(group) for _year, group in groupby(rows, key=lambda row: row.release.cycle.year)]
