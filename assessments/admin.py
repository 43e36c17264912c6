"""Bulk work on the creation year: plain, and never past the rules."""

from django.contrib import admin

from units.actions import trail

from .models import Award, HonorItem, RankingRelease, RankingRow


class PolicyAdmin(admin.ModelAdmin):
    """Opened by the policies, like every other page."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("assessments.administer")

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class ReadOnlyAdmin(PolicyAdmin):
    """To look at and to search: its records come about and change by acts of the portal only."""

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(HonorItem)
class HonorItemAdmin(PolicyAdmin):
    """The catalogue belongs to the office; what changes in it is in the trail."""

    list_display = ("name", "level", "kind", "term_years", "issuer", "sort_order")
    list_filter = ("level", "kind")
    list_select_related = ("kind",)
    search_fields = ("name", "issuer")

    def save_model(self, request, obj, form, change):
        old = HonorItem.objects.filter(pk=obj.pk).values().first() or {}
        super().save_model(request, obj, form, change)
        changes = {
            name: [str(old.get(name, "")), str(getattr(obj, name))]
            for name in (HonorItem._meta.get_field(field).attname for field in form.changed_data)
        }
        trail.record(obj, "edit" if change else "create", by=request.user, changes=changes)

    def delete_model(self, request, obj):
        trail.record(obj, "delete", by=request.user, note=str(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        trail.record_all(queryset, "delete", by=request.user)
        super().delete_queryset(request, queryset)


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
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
