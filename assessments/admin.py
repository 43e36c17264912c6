"""Bulk work on the creation year: plain, and never past the rules."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from units.admin import ListInMixin, LookOnlyAdmin, PortalAdmin

from . import listings
from .actions import score
from .actions import standard as standards
from .actions.honor_list import HonorList
from .actions.indicator_list import IndicatorList
from .models import (
    Adjustment,
    Award,
    ChartedUnit,
    ChartItem,
    Claim,
    Cycle,
    Duty,
    EvidenceFile,
    FieldSurvey,
    HonorItem,
    Indicator,
    LedgerClass,
    LedgerEntry,
    Plan,
    PlanItem,
    PreReview,
    RankingRelease,
    RankingRow,
    Review,
    ScoreLine,
    ScoreSheet,
    Stage,
    Standard,
    SurveyedUnit,
    UnitYear,
    WorkCalendar,
)


class PolicyAdmin(PortalAdmin):
    """Opened by the policies of the creation year; what changes in it is in the trail."""

    permission = "assessments.administer"


class ReadOnlyAdmin(LookOnlyAdmin):
    """To look at and to search: its records come about and change by acts of the portal only."""

    permission = "assessments.administer"


@admin.register(HonorItem)
class HonorItemAdmin(PolicyAdmin):
    """The catalogue belongs to the office; an honor that was granted once cannot be deleted."""

    list_display = ("name", "level", "kind", "term_years", "issuer", "sort_order")
    list_filter = ("level", "kind")
    list_select_related = ("kind",)
    search_fields = ("name", "issuer")


@admin.register(Award)
class AwardAdmin(ListInMixin, ReadOnlyAdmin):
    """Granted and ended by acts; honors held before the portal come in as a list."""

    list_kind = HonorList.code
    listing = listings.AWARDS
    list_display = ("unit_name", "item", "year", "document_number", "granted_on", "status")
    list_filter = ("status", "item__level", "year", "item")
    list_select_related = ("item",)
    search_fields = ("unit_name", "unit__name", "document_number")
    date_hierarchy = "granted_on"


@admin.register(RankingRelease)
class RankingReleaseAdmin(ReadOnlyAdmin):
    list_display = ("title", "cycle", "number", "status", "released_at", "released_by", "unit_count")
    list_filter = ("status", "cycle")
    list_select_related = ("cycle", "released_by")
    search_fields = ("title",)


@admin.register(RankingRow)
class RankingRowAdmin(ReadOnlyAdmin):
    list_display = ("release", "kind_name", "rank", "unit_name", "total", "grade")
    list_filter = ("release", "kind_name")
    list_select_related = ("release",)
    search_fields = ("unit_name",)


# The standard and the scores


@admin.register(Standard)
class StandardAdmin(ReadOnlyAdmin):
    """Editions are loaded, and freeze when a year opens; their parts are corrected below."""

    list_display = ("name", "year", "edition", "status", "bonus_cap")
    list_filter = ("status", "year")
    search_fields = ("name",)


class EditionPartAdmin(PolicyAdmin):
    """A part of an edition: corrected through its action while the edition is a draft, never made here."""

    def has_add_permission(self, request, obj=None):
        return False

    has_delete_permission = has_add_permission

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.standard.is_frozen)

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields if field.name not in self.correctable]

    def get_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields if field.name != "id"]


class IndicatorForm(forms.ModelForm):
    def clean_maximum(self):
        standards.check_levels(self.instance.bands, self.cleaned_data["maximum"])
        return self.cleaned_data["maximum"]


@admin.register(Indicator)
class IndicatorAdmin(ListInMixin, EditionPartAdmin):
    """Corrected while the edition is a draft; a list of indicators becomes a draft of its own."""

    form = IndicatorForm
    list_kind = IndicatorList.code
    correctable = ("name", "maximum", "rule")
    list_display = ("code", "name", "standard", "method", "applies", "maximum")
    list_filter = ("standard", "method", "applies")
    list_select_related = ("standard",)
    search_fields = ("code", "name")

    def has_change_permission(self, request, obj=None):
        # A group is the sum of its items and has nothing of its own to correct but them.
        return super().has_change_permission(request, obj) and (obj is None or obj.parent_id is not None)

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in self.correctable}
        standards.edit_indicator(obj, **values, by=request.user)


class AdjustmentForm(forms.ModelForm):
    def clean_points(self):
        standards.check_points(self.cleaned_data["points"])
        return self.cleaned_data["points"]


@admin.register(Adjustment)
class AdjustmentAdmin(EditionPartAdmin):
    form = AdjustmentForm
    correctable = ("name", "points", "limit", "note")
    list_display = ("code", "name", "standard", "kind", "limit", "note")
    list_filter = ("standard", "kind")
    list_select_related = ("standard",)
    search_fields = ("code", "name")

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in self.correctable}
        standards.edit_adjustment(obj, **values, by=request.user)


@admin.register(ScoreSheet)
class ScoreSheetAdmin(ReadOnlyAdmin):
    """Sums follow from decisions and values; here they are found, and made anew on request."""

    listing = listings.KEPT_SHEETS

    list_display = (
        "unit_year",
        "base",
        "moderation",
        "bonus",
        "deductions",
        "total",
        "grade",
        "unset_count",
        "computed_at",
    )
    list_filter = ("unit_year__cycle", "grade")
    list_select_related = ("unit_year__unit__category", "unit_year__cycle__standard")
    search_fields = ("unit_year__unit__name",)
    actions = ("recompute",)

    @admin.action(description=_("Recompute the years of these sheets"))
    def recompute(self, request, queryset):
        changed = [
            sheet
            for cycle in Cycle.objects.filter(unit_years__sheet__in=queryset).distinct()
            for sheet in score.recompute(cycle, by=request.user)
        ]
        count = len(changed)
        said = ngettext(
            "%(count)s sheet was recomputed with another result.",
            "%(count)s sheets were recomputed with another result.",
            count,
        )
        messages.success(request, said % {"count": count})


@admin.register(ScoreLine)
class ScoreLineAdmin(ReadOnlyAdmin):
    """The office's values; entered on the sheet or by workbook, never past the rules."""

    listing = listings.KEPT_LINES

    list_display = ("sheet", "indicator", "adjustment", "value", "basis", "by", "at")
    list_filter = ("sheet__unit_year__cycle", "indicator__method", "adjustment__kind")
    list_select_related = (
        "sheet__unit_year__unit",
        "sheet__unit_year__cycle",
        "indicator",
        "adjustment",
        "by",
    )
    search_fields = ("sheet__unit_year__unit__name", "basis", "indicator__code", "adjustment__code")


# The year, what the units wrote, and what was decided on it


@admin.register(LedgerClass)
class LedgerClassAdmin(PolicyAdmin):
    """The catalogue of binders belongs to the office; kinds and parts are the codes in docs/glossary.md."""

    list_display = ("number", "name", "kinds", "parts")
    search_fields = ("number", "name")


@admin.register(WorkCalendar)
class WorkCalendarAdmin(PolicyAdmin):
    """Next year's holiday table is entered here when the State Council has published it."""

    listing = listings.WORK_CALENDARS
    list_display = ("year", "source")
    search_fields = ("year", "source")


@admin.register(Cycle)
class CycleAdmin(ReadOnlyAdmin):
    list_display = ("year", "status", "standard", "last_receipt")
    list_filter = ("status",)
    list_select_related = ("standard",)
    search_fields = ("year",)


@admin.register(Stage)
class StageAdmin(ReadOnlyAdmin):
    list_display = ("cycle", "kind", "opens_on", "due_on", "closes_on")
    list_filter = ("cycle", "kind")
    list_select_related = ("cycle",)
    search_fields = ("cycle__year",)


@admin.register(UnitYear)
class UnitYearAdmin(ReadOnlyAdmin):
    list_display = ("unit", "cycle", "has_window", "is_paired")
    list_filter = ("cycle", "has_window", "is_paired")
    list_select_related = ("unit", "cycle")
    search_fields = ("unit__name",)


@admin.register(Duty)
class DutyAdmin(ReadOnlyAdmin):
    list_display = ("unit", "cycle", "kind", "due_on", "fulfilled_at")
    list_filter = ("cycle", "kind", ("fulfilled_at", admin.EmptyFieldListFilter))
    list_select_related = ("unit", "cycle")
    search_fields = ("unit__name",)


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("unit", "cycle", "kind", "period", "status", "edition", "receipt", "submitted_at")
    list_filter = ("status", "cycle", "kind")
    list_select_related = ("unit", "cycle")
    search_fields = ("unit__name", "receipt")


@admin.register(PlanItem)
class PlanItemAdmin(ReadOnlyAdmin):
    list_display = ("what", "plan", "owner", "overseer", "due_on", "verdict", "outcome")
    list_filter = ("plan__cycle",)
    list_select_related = ("plan__unit", "plan__cycle")
    search_fields = ("what", "plan__unit__name")


@admin.register(ChartedUnit)
class ChartedUnitAdmin(ReadOnlyAdmin):
    list_display = ("unit", "cycle", "status", "listed_at", "listed_by")
    list_filter = ("status", "cycle")
    list_select_related = ("unit", "cycle", "listed_by")
    search_fields = ("unit__name",)


@admin.register(ChartItem)
class ChartItemAdmin(ReadOnlyAdmin):
    list_display = ("what", "charted", "owner", "overseer", "due_on", "status", "closed_on")
    list_filter = ("status", "charted__cycle")
    list_select_related = ("charted__unit", "charted__cycle")
    search_fields = ("what", "charted__unit__name")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("title", "unit", "held_on", "status", "round", "receipt", "submitted_at")
    list_filter = ("status", "cycle")
    list_select_related = ("unit",)
    search_fields = ("title", "unit__name", "receipt")
    date_hierarchy = "held_on"


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("entry", "indicator", "points", "reason")
    list_filter = ("indicator__standard", "entry__status")
    list_select_related = ("entry", "indicator")
    search_fields = ("entry__title", "entry__unit__name", "indicator__code")


@admin.register(EvidenceFile)
class EvidenceFileAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "size", "entry", "plan", "uploaded_by", "uploaded_at", "removed_at")
    list_filter = ("kind",)
    list_select_related = ("entry", "plan__unit", "plan__cycle", "uploaded_by")
    search_fields = ("name", "sha256", "entry__title", "entry__unit__name", "plan__unit__name")


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("entry", "round", "verdict", "by", "at")
    list_filter = ("verdict", "by")
    list_select_related = ("entry", "by")
    search_fields = ("entry__title", "entry__unit__name", "note")


@admin.register(PreReview)
class PreReviewAdmin(ReadOnlyAdmin):
    list_display = ("entry", "round", "verdict", "by", "at")
    list_filter = ("verdict",)
    list_select_related = ("entry", "by")
    search_fields = ("entry__title", "entry__unit__name", "note")


@admin.register(FieldSurvey)
class FieldSurveyAdmin(ReadOnlyAdmin):
    list_display = ("title", "held_on", "surveyors", "status", "cycle")
    list_filter = ("status", "cycle")
    list_select_related = ("cycle",)
    search_fields = ("title", "surveyors")


@admin.register(SurveyedUnit)
class SurveyedUnitAdmin(ReadOnlyAdmin):
    list_display = (
        "survey",
        "number",
        "unit",
        "plan_found",
        "deployment_found",
        "activity_found",
        "documents_found",
    )
    list_select_related = ("survey", "unit")
    search_fields = ("survey__title", "unit__name")
