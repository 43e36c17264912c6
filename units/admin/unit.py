"""Units in the administration: their names and kinds, windows, organization and letters."""

from django import forms
from django.contrib import admin

from units import listings
from units.forms.unit import UnitRules, standings
from units.models import (
    Category,
    LetterText,
    LifeAct,
    Organization,
    Paper,
    ResponsibilityLetter,
    Succession,
    Tag,
    Unit,
    UnitName,
    UnitPast,
    Window,
    WindowStaff,
)
from units.models.intake_kinds import UNITS

from .list_in import ListInMixin
from .portal import LookOnlyAdmin, PortalAdmin, PortalInline


class UnitAdminForm(UnitRules, forms.ModelForm):
    class Meta:
        model = Unit
        fields = "__all__"  # noqa: DJ007 – the administrator sees everything

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["participation"].choices = standings(self.instance)


class UnitNameInline(PortalInline):
    model = UnitName


@admin.register(Unit)
class UnitAdmin(ListInMixin, PortalAdmin):
    list_kind = UNITS
    form = UnitAdminForm
    inlines = [UnitNameInline]
    list_display = ("name", "uscc", "category", "supervisor", "participation")
    list_filter = ("participation", "category", "has_window")
    list_select_related = ("category__parent", "supervisor")
    search_fields = ("name", "names__name", "uscc", "contact")
    autocomplete_fields = ("supervisor", "town")
    readonly_fields = ("extra", "version")

    def has_delete_permission(self, request, obj=None):
        """A unit ends by an act and stays on record; undoing an import removes what it brought."""
        return False

    def get_listing(self):
        return listings.complete(listings.REGISTER, Unit.objects.all())


@admin.register(UnitName)
class UnitNameAdmin(PortalAdmin):
    list_display = ("name", "unit", "is_alias", "from_on", "to_on")
    list_filter = ("is_alias",)
    list_select_related = ("unit",)
    search_fields = ("name", "unit__name")
    autocomplete_fields = ("unit",)


@admin.register(Tag)
class TagAdmin(PortalAdmin):
    list_display = ("name",)
    search_fields = ("name",)


@admin.register(LifeAct)
class LifeActAdmin(LookOnlyAdmin):
    list_display = ("kind", "on", "document_number", "by", "at")
    list_filter = ("kind",)
    list_select_related = ("by",)
    search_fields = ("document_number", "note")


@admin.register(UnitPast)
class UnitPastAdmin(LookOnlyAdmin):
    list_display = ("unit", "until_on", "name", "participation", "supervisor", "top_leader")
    list_select_related = ("unit", "supervisor")
    search_fields = ("name", "unit__name", "uscc")


@admin.register(Succession)
class SuccessionAdmin(LookOnlyAdmin):
    list_display = ("before", "after", "act")
    list_select_related = ("before", "after", "act")
    search_fields = ("before__name", "after__name")


@admin.register(Category)
class CategoryAdmin(PortalAdmin):
    list_display = ("name", "code", "parent", "sort_order")
    list_select_related = ("parent",)
    search_fields = ("name", "code")


class WindowStaffInline(PortalInline):
    model = WindowStaff


@admin.register(Window)
class WindowAdmin(LookOnlyAdmin):
    inlines = [WindowStaffInline]
    list_display = ("name", "unit", "place", "is_hot_post", "closed_on")
    list_filter = ("is_hot_post", "closed_on")
    list_select_related = ("unit",)
    search_fields = ("name", "place", "unit__name")


@admin.register(WindowStaff)
class WindowStaffAdmin(LookOnlyAdmin):
    list_display = ("badge_number", "duty", "window")
    list_select_related = ("window",)
    search_fields = ("badge_number", "duty", "window__name")


@admin.register(Organization)
class OrganizationAdmin(LookOnlyAdmin):
    list_display = ("unit", "group_head", "office_name", "first_person_responsibility")
    list_filter = ("first_person_responsibility",)
    list_select_related = ("unit",)
    search_fields = ("unit__name", "group_head")


@admin.register(Paper)
class PaperAdmin(LookOnlyAdmin):
    list_display = ("title", "number", "dated_on", "unit", "added_by")
    list_select_related = ("unit", "added_by")
    search_fields = ("title", "number", "unit__name")


@admin.register(ResponsibilityLetter)
class ResponsibilityLetterAdmin(LookOnlyAdmin):
    list_display = ("unit", "year", "upper", "signed_on", "recorded_by")
    list_filter = ("year",)
    list_select_related = ("unit", "upper", "recorded_by")
    search_fields = ("unit__name", "upper_signatory", "lower_signatory")


@admin.register(LetterText)
class LetterTextAdmin(LookOnlyAdmin):
    list_display = ("year", "title")
    search_fields = ("title", "body")
