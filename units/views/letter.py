"""Responsibility letters: who has signed along the tree, and each letter by itself."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civportal.lib.clock import today
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, render_page
from units import listings
from units.actions import letter as letters
from units.actions.letter_tree import Tree
from units.forms.letter import LetterFilter, LetterTextForm, SignForm, StrikeForm
from units.forms.paper import ScanOnlyForm
from units.models import LetterText, ResponsibilityLetter, Unit
from units.models.letter import FIRST_YEAR, LAST_YEAR

from .export import exported
from .unit import unit_for

# The top of a large tree with its sums, or all of it to be printed.
PER_PAGE, PER_PAGE_OPEN = 100, 500


def letter_for(user, pk):
    """The letter, or 404 when this user should not even know it exists."""
    return get_object_or_404(ResponsibilityLetter.objects.visible_to(user).for_listing(), pk=pk)


def check_year(year):
    """404 for a year of which no letter could be."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404("no such year")


def index(request, year=None):
    """The tree of a year: one row for each unit, signed or not, and the sums below each."""
    allow(request.user, "units.list_letters")
    year = today().year if year is None else year
    check_year(year)
    units = Unit.objects.visible_to(request.user)
    tree = Tree(units, year)
    form = LetterFilter(request.GET, tree=tree, units=units)
    form.apply(tree)
    if request.method == "POST":
        rows = tree.furnished(tree.shown("all"))
        return exported(request, listings.letters(year), rows, form.said)
    opened = request.GET.get("open", "")
    page = page_with(request, tree.shown(opened), opened)
    context = {
        "year": year,
        "years": [one for one in (year - 1, year, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
        "form": form,
        "tree": tree,
        "page": page,
        "rows": tree.furnished(page.object_list),
        "opened": opened,
    }
    return render_page(request, "units/letter/index.html", "units/letter/_table.html", context)


def page_with(request, rows, opened):
    """The page asked for, or the one on which the opened row stands."""
    pages = Paginator(rows, PER_PAGE_OPEN if opened == "all" else PER_PAGE)
    place = next((place for place, row in enumerate(rows) if str(row.pk) == opened), 0)
    return pages.get_page(request.GET.get("page") or place // pages.per_page + 1)


def detail(request, pk):
    letter = letter_for(request.user, pk)
    allow(request.user, "units.view_letter", letter.unit)
    return show(request, letter, ScanOnlyForm(), StrikeForm())


def show(request, letter, scan_form, strike_form, status=200):
    context = {"letter": letter, "scan_form": scan_form, "strike_form": strike_form}
    return render(request, "units/letter/detail.html", context, status=status)


@accepts_files("EVIDENCE_FILE_BYTES")
def sign(request, pk, year):
    """Record that the unit has signed the letter of the year."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.sign_letter", unit)
    check_year(year)
    form = SignForm(unit=unit, year=year)
    if request.method == "POST":
        form = SignForm(request.POST, request.FILES, too_big=request.too_big, unit=unit, year=year)
        letter = form.sign(by=request.user) if form.is_valid() else None
        if letter:
            messages.success(request, _("The letter is recorded."))
            return redirect(letter)
    there = ResponsibilityLetter.objects.of_year(year).filter(unit=unit).for_listing()
    context = {"unit": unit, "year": year, "form": form, "there": there}
    return render(request, "units/letter/sign.html", context)


@require_POST
@accepts_files("EVIDENCE_FILE_BYTES")
def attach(request, pk):
    """Add the scan of a letter that is recorded already."""
    letter = letter_for(request.user, pk)
    allow(request.user, "units.sign_letter", letter.unit)
    form = ScanOnlyForm(request.POST, request.FILES, too_big=request.too_big)
    if not form.is_valid():
        return show(request, letter, form, StrikeForm(), status=422)
    letters.attach(letter, form.cleaned_data["file"], by=request.user)
    messages.success(request, _("The scan is added."))
    return redirect(letter)


@require_POST
def delete(request, pk):
    """Strike out a letter that was entered wrongly."""
    letter = letter_for(request.user, pk)
    allow(request.user, "units.delete_letter", letter.unit)
    form = StrikeForm(request.POST)
    if not form.is_valid():
        return show(request, letter, ScanOnlyForm(), form, status=422)
    letters.delete(letter, note=form.cleaned_data["note"], by=request.user)
    messages.success(request, _("The letter is struck out; the unit's history keeps the reason."))
    return redirect("units:letters_of", letter.year)


def text(request, year):
    """What the letters of the year say."""
    allow(request.user, "units.edit_letter_text")
    check_year(year)
    form = LetterTextForm(request.POST or None, instance=LetterText.of(year))
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("units:letter_text", year)
    signed_count = ResponsibilityLetter.objects.of_year(year).count()
    context = {"year": year, "form": form, "signed_count": signed_count}
    return render(request, "units/letter/text.html", context)


@require_safe
def sheet(request, pk, year):
    """The unit's letter, to be printed and signed."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.view_letter", unit)
    check_year(year)
    return show_sheets(request, year, letters.usual_upper(unit), [unit])


@require_safe
def sheets_below(request, pk, year):
    """One letter for each unit that signs with this one."""
    upper = unit_for(request.user, pk)
    allow(request.user, "units.print_letters", upper)
    check_year(year)
    below = upper.branches.filter(participation__in=letters.SIGNING).order_by("sort_order", "pk")
    return show_sheets(request, year, upper, below)


@require_safe
def sheets(request, year):
    """One letter for each unit that signs with the county."""
    allow(request.user, "units.print_letters")
    check_year(year)
    found = Unit.objects.filter(participation__in=letters.SIGNING).select_related("supervisor")
    return show_sheets(request, year, None, [unit for unit in found if letters.usual_upper(unit) is None])


def show_sheets(request, year, upper, units):
    """The letters between the upper party and each of these units, a page for each."""
    wording, name = LetterText.of(year), letters.party_name(upper)
    filled = [(unit, *wording.filled(upper=name, lower=unit.name)) for unit in units]
    context = {"year": year, "upper": upper, "upper_name": name, "filled": filled}
    return render(request, "units/letter/sheets.html", context)
