"""Field surveys: a sample of units, what the portal says of them, and what was found on the spot."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import field_survey as surveys
from assessments.forms.field_survey import BeginForm, EditFactsForm, FindingForm, SurveyFilter
from assessments.models import Cycle, FieldSurvey, SurveyedUnit
from civportal.lib.forms import VersionForm
from civportal.lib.web import allow, page_of, render_page
from units.forms.editing import tell_refusal
from units.models import TrailEvent
from units.views.export import exported


def survey_for(user, pk):
    """The survey, or 404 when this user should not even know it exists."""
    visible = FieldSurvey.objects.visible_to(user).select_related("cycle", "created_by")
    return get_object_or_404(visible, pk=pk)


def row_for(user, pk):
    """The surveyed unit, or 404 when this user should not even know of it."""
    visible = SurveyedUnit.objects.visible_to(user).select_related("survey__cycle", "unit")
    return get_object_or_404(visible, pk=pk)


def index(request):
    """All field surveys, the newest first."""
    allow(request.user, "assessments.list_field_surveys")
    form = SurveyFilter(request.GET)
    listed = form.apply(FieldSurvey.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.FIELD_SURVEYS, listed, form.said)
    context = {"form": form, "page": page_of(request, listed)}
    template = "assessments/field_survey/index.html"
    return render_page(request, template, "assessments/field_survey/_table.html", context)


def new(request):
    """Begin a survey: title, day, who goes, and the units, drawn or named."""
    allow(request.user, "assessments.hold_field_survey")
    cycle = Cycle.objects.current()
    if cycle is None or cycle.status != Cycle.Status.OPEN:
        raise Http404
    form = BeginForm(request.POST or None, cycle=cycle)
    if request.method == "POST" and form.is_valid() and (survey := begun(request, cycle, form)):
        return redirect(survey)
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/field_survey/new.html", {"form": form, "cycle": cycle}, status=status)


def begun(request, cycle, form):
    """The survey, or None when it is refused; the form then says why."""
    try:
        units, how = form.sample()
        survey = surveys.begin(cycle, **form.facts, units=units, how=how, by=request.user)
    except ValidationError as refusal:
        tell_refusal(form, refusal)
        return None
    messages.success(request, _("The field survey is begun; the sheet can be printed and taken along."))
    return survey


def detail(request, pk):
    """The units of a survey, each with the portal's marks beside what was found."""
    survey = survey_for(request.user, pk)
    allow(request.user, "assessments.view_field_survey", survey)
    rows = surveys.rows_of(survey)
    if request.method == "POST":
        return exported(request, listings.field_survey(survey), rows)
    context = {
        "survey": survey,
        "rows": [(row, surveys.answers(row)) for row in rows],
        "totals": surveys.totals(rows),
        "left": sum(not row.is_answered for row in rows),
        "close_form": VersionForm(record=survey),
        "events": TrailEvent.objects.about(survey),
    }
    return render(request, "assessments/field_survey/detail.html", context)


def edit(request, pk):
    survey = survey_for(request.user, pk)
    allow(request.user, "assessments.edit_field_survey", survey)
    form = EditFactsForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect(survey)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "survey": survey}
    return render(request, "assessments/field_survey/edit.html", context, status=status)


def finding(request, pk):
    """What was found at one unit; then on to the next that nobody looked at yet."""
    row = row_for(request.user, pk)
    allow(request.user, "assessments.record_finding", row)
    form = FindingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect(following(request.user, row) or row.survey)
    status = 422 if request.method == "POST" else 200
    [marked] = surveys.with_marks(row.survey, SurveyedUnit.objects.filter(pk=row.pk))
    fields = [(answer, form[f"{answer.name}_found"]) for answer in surveys.answers(marked)]
    context = {"row": row, "form": form, "fields": fields}
    return render(request, "assessments/field_survey/finding.html", context, status=status)


def following(user, row):
    """The address of the survey's next unit without answers that is this person's to look at, or None."""
    left = row.survey.rows.exclude(pk__in=SurveyedUnit.objects.answered()).exclude(unit__in=user.seen_ids)
    after = left.filter(number__gt=row.number).first() or left.first()
    return after and after.get_finding_url()


@require_POST
def close(request, pk):
    survey = survey_for(request.user, pk)
    allow_open(request.user, "assessments.close_field_survey", survey)
    form = VersionForm(request.POST, record=survey)
    if not form.is_valid():
        messages.error(request, _("The page was not complete; load it again."))
        return redirect(survey)
    try:
        surveys.close(survey, seen=form.cleaned_data["version"], by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The field survey is closed; every unit reads its own finding."))
    return redirect(survey)


def allow_open(user, permission, survey):
    """Ask the policy, but leave an act that came too late to the action, which says who was first."""
    if survey.is_open:
        allow(user, permission, survey)
    else:
        allow(user, "assessments.hold_field_survey")


@require_POST
def discard(request, pk):
    survey = survey_for(request.user, pk)
    allow(request.user, "assessments.discard_field_survey", survey)
    surveys.discard(survey, by=request.user)
    messages.success(request, _("The field survey is thrown away."))
    return redirect("assessments:field_surveys")
