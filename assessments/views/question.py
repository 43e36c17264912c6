"""Questions and answers: the list, one question, and every message."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import question as questions
from assessments.forms.question import AskForm, QuestionFilter, SayForm
from assessments.models import LedgerEntry, Question, UnitYear
from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, own_address, render_page, way_back, whole_number
from units.actions.move import MoveNotAllowed
from units.forms.editing import attempt
from units.policies import is_case_officer
from units.views.export import exported

from .thread import ACTS, thread


def question_for(user, pk):
    """The question with its messages, or 404 when this person should not even know that there is one."""
    found = Question.objects.visible_to(user).with_messages().select_related("cycle")
    return get_object_or_404(found, pk=pk)


def index(request):
    """What waits for the office, longest first; for people of a unit their own questions."""
    is_offices = is_case_officer.test(request.user)
    form = QuestionFilter(request.GET, for_office=is_offices)
    rows = form.apply(Question.objects.visible_to(request.user)).for_listing()
    if request.method == "POST":
        ordered = rows.order_by("moved_at", "pk")
        return exported(request, listings.QUESTIONS, ordered, form.said)
    page = keyset_page(request, rows, "moved_at" if is_offices else "-moved_at")
    context = {"form": form, "page": page, "is_offices": is_offices}
    page_name, fragment = "assessments/question/index.html", "assessments/question/_table.html"
    return render_page(request, page_name, fragment, context)


def new(request):
    """Ask: `?entry=` names the record, `?indicator=` the indicator; about a record either side can ask."""
    entry = entry_asked(request)
    unit_year = None if entry else year_of(request.user)
    if not entry and unit_year is None:
        return render(request, "assessments/ledger/closed.html")
    cycle, unit = (entry or unit_year).cycle, (entry or unit_year).unit
    verb = "ask" if request.user.works_for(unit) else "put"
    allow(request.user, f"assessments.{verb}_question", Question(cycle=cycle, unit=unit, entry=entry))
    form = AskForm(request.POST or None, cycle=cycle, entry=entry, initial=wished(request, cycle))
    if request.method == "POST" and form.is_valid():
        asked = begin(request, form, verb, cycle=cycle, unit=unit, entry=entry)
        if asked:
            messages.success(request, SAID[verb])
            return redirect(place_of(request, asked))
    context = {"form": form, "entry": entry, "unit": unit, "verb": verb, "back": back_to(request)}
    status = 422 if form.errors else 200
    return render(request, "assessments/question/new.html", context, status=status)


# What the person is told when a message has gone.
SAID = {
    "ask": gettext_lazy("Asked; the office answers here, and you are told."),
    "put": gettext_lazy("Asked; the unit is told and answers here."),
    "answer": gettext_lazy("Answered; the unit is told."),
    "ask_back": gettext_lazy("Asked back; the unit is told and answers here."),
    "follow_up": gettext_lazy("Sent to the office."),
}


def entry_asked(request):
    """The record that the address names, or None."""
    number = whole_number(request.GET.get("entry", ""))
    if number is None:
        return None
    entries = LedgerEntry.objects.visible_to(request.user).select_related("unit", "cycle")
    return get_object_or_404(entries, pk=number)


def year_of(user):
    """The open year of the unit for which the person writes; about no record only a unit asks."""
    allow(user, "assessments.write_entry")
    return UnitYear.objects.current_of(user)


def wished(request, cycle):
    """The indicator that the address names by its code."""
    code = request.GET.get("indicator", "")
    # Compared here: not every code that an address can name is one that the database can be asked for.
    named = [one for one in cycle.standard.indicators.items() if one.code == code]
    return {"indicator": named[0]} if named else {}


def back_to(request):
    """Where the person came from, so that a reviewer is led back to the record."""
    return own_address(request, request.POST.get("next") or request.GET.get("next", ""))


def place_of(request, question):
    """Where the question stands on the page from which the person came, or on its own."""
    page = way_back(request, question.get_absolute_url()).partition("#")[0]
    return f"{page}#question-{question.pk}"


def begin(request, form, verb, *, cycle, unit, entry):
    """The question as asked, or None when it is refused; the form then says why."""
    text, indicator = form.cleaned_data["text"], form.cleaned_data["indicator"]
    about = {"entry": entry, "indicator": indicator, "by": request.user}
    if verb == "put":
        return attempt(form, questions.put, text, **about)
    return attempt(form, questions.ask, text, cycle=cycle, unit=unit, **about)


def detail(request, pk):
    return page(request, question_for(request.user, pk))


def page(request, question, form=None, status=200):
    context = {
        "thread": thread(question, request.user, form),
        "faq": question.faqs.published().first(),
        "back": back_to(request),
    }
    return render(request, "assessments/question/detail.html", context, status=status)


@require_POST
def say(request, pk, verb):
    """One more message; what cannot be sent comes back with the words that were typed."""
    question = question_for(request.user, pk)
    allow(request.user, ACTS[verb], question)
    form = SayForm(request.POST, record=question)
    if not form.is_valid():
        return page(request, question, form, status=422)
    text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
    try:
        sent = attempt(form, MESSAGES[verb], question, text, by=request.user, seen=seen)
    except MoveNotAllowed as meanwhile:
        return too_late(request, meanwhile, form)
    if not sent:
        return page(request, question, form, status=422)
    messages.success(request, SAID[verb])
    return redirect(place_of(request, question))


MESSAGES = {
    "answer": questions.answer,
    "ask_back": questions.ask_back,
    "follow_up": questions.follow_up,
}


def too_late(request, meanwhile, form):
    """Somebody said something first: show it above the words that were not sent."""
    question = question_for(request.user, meanwhile.record.pk)
    form.add_error(
        None,
        _("%(who)s wrote while you were writing. Read it above; your words are kept below and not sent yet.")
        % {"who": meanwhile.event.by},
    )
    form.data = {**form.data.dict(), "version": str(question.version)}
    return page(request, question, form, status=409)


@require_POST
def see(request, pk):
    """Sent by the page itself once a message is on the screen: from then on it has been seen.

    By the unit, or by somebody who could answer: a look of one who keeps away helps the unit nothing.
    """
    question = question_for(request.user, pk)
    allow(request.user, "assessments.view_question", question)
    user = request.user
    if user.works_for(question.unit) or user.has_perm("assessments.answer_question", question):
        questions.see(question, by=user)
    return HttpResponse(status=204)
