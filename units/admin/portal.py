"""How every table of the administration behaves: by policy, into the trail, out as a list."""

from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice
from import_export.admin import ExportMixin

from civportal.lib.listings import Column, Listing
from civportal.lib.web import allow, whole_number
from units.actions import trail
from units.models import SearchEntry
from units.models.state import Stateful
from units.views.export import FORMATS, exported


def sign_in(request, extra_context=None):
    """The admin has no door of its own: strangers sign in at the portal, others are refused."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


admin.site.login = sign_in
# Their own pages show secrets.
admin.site.unregister([TOTPDevice, StaticDevice])


class ByPolicy:
    """Opened by one permission of the policies, and not by Django's own table of permissions."""

    permission = "units.administer"

    def may(self, request):
        return request.user.has_perm(self.permission)

    def has_module_permission(self, request):
        return self.may(request)

    def has_view_permission(self, request, obj=None):
        return self.may(request)

    def has_add_permission(self, request, obj=None):
        return self.may(request)

    def has_change_permission(self, request, obj=None):
        return self.may(request)

    def has_delete_permission(self, request, obj=None):
        return self.may(request)


class Autocomplete(AutocompleteSelect):
    """Django's own, but a refused form that names no number is shown again instead of failing."""

    def optgroups(self, name, value, attr=None):
        known = [one for one in value if whole_number(str(one)) is not None]
        return super().optgroups(name, known, attr)


class ByNumber:
    """Fields with autocompletion that stand a value which is no number."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PortalInline(ByNumber, ByPolicy, admin.TabularInline):
    """Rows inside another record's page."""

    extra = 0


class PortalAdmin(ByNumber, ByPolicy, ExportMixin, admin.ModelAdmin):
    """For administrators only; statuses are not to be typed, and every change is a line of history.

    Every list can be taken out as a table, and who took it is in the trail.
    """

    list_per_page = 50
    # What is taken out; by default the columns that are listed.
    listing = None
    # Fields whose values history does not repeat.
    secret = ("password",)

    def has_export_permission(self, request):
        return self.may(request)

    def get_listing(self):
        return self.listing or listed(self)

    def export_action(self, request):
        """The list, as it is narrowed, as a file like any other list of the portal."""
        allow(request.user, self.permission)
        listing = self.get_listing()
        if request.method == "POST":
            return exported(request, listing, self.get_export_queryset(request))
        context = {"title": _("Export"), "opts": self.opts, "headings": listing.headings, "formats": FORMATS}
        request.current_app = self.admin_site.name
        context |= self.admin_site.each_context(request)
        return TemplateResponse(request, [self.export_template_name], context)

    def get_readonly_fields(self, request, obj=None):
        """A status changes by acts of the portal, whatever a subclass lists."""
        moved = ("status",) if issubclass(self.model, Stateful) else ()
        return (*super().get_readonly_fields(request, obj), *moved)

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        changes = changes_of(form, self.secret)
        if hasattr(obj, "version") and change:
            obj.version += 1
        super().save_model(request, obj, form, change)
        if changes or not change:
            trail.record(obj, "edit" if change else "create", by=request.user, changes=changes)

    @transaction.atomic
    def save_formset(self, request, form, formset, change):
        """Rows inside another record's page are history of that record."""
        super().save_formset(request, form, formset, change)
        saved = [*formset.new_objects, *(one for one, _fields in formset.changed_objects)]
        name = str(formset.model._meta.verbose_name)
        changes = {name: [texts(formset.deleted_objects), texts(saved)]}
        if saved or formset.deleted_objects:
            trail.record(form.instance, "edit", by=request.user, changes=changes)

    def get_deleted_objects(self, objs, request):
        """A search entry goes with its record; nobody needs leave for that."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)
        return listed, counts, needed - {SearchEntry._meta.verbose_name}, protected

    @transaction.atomic
    def delete_model(self, request, obj):
        trail.record(obj, "delete", by=request.user, note=str(obj))
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        doomed = list(queryset)
        trail.record_all(doomed, "delete", by=request.user, note=texts(doomed)[:1000])
        super().delete_queryset(request, queryset)


def listed(model_admin):
    """What the administration lists, column by column: the word of a choice, else what stands there."""
    columns = [
        Column(label_for_field(name, model_admin.model, model_admin), partial(value_of, name, model_admin))
        for name in model_admin.list_display
    ]
    return Listing(model_admin.opts.verbose_name_plural, tuple(columns))


def value_of(name, model_admin, record):
    """A record's value as the list shows it."""
    _field, attribute, value = lookup_field(name, record, model_admin)
    word = getattr(record, f"get_{name}_display", None)
    value = word() if word else value if attribute is None else getattr(record, name)
    return said_yes_no(value) if isinstance(value, bool) else value


def said_yes_no(value):
    return _("yes") if value else _("no")


def changes_of(form, secret=()):
    """Field → [old, new] in words, for what was typed anew."""
    model_fields = {field.name for field in form.instance._meta.fields}
    return {
        name: [
            said(form.fields[name], form.initial.get(name)),
            said(form.fields[name], form.cleaned_data.get(name)),
        ]
        for name in form.changed_data
        if name in model_fields and name not in secret
    }


def said(field, value):
    """A form's value as people read it; the old one of a choice is only its number."""
    if value is None:
        return ""
    if isinstance(field, forms.ModelChoiceField) and not hasattr(value, "pk"):
        return str(field.queryset.filter(pk=value).first() or value)
    return value if isinstance(value, bool | int) else str(value)


def texts(records):
    return "、".join(map(str, records))


class LookOnlyAdmin(PortalAdmin):
    """To look at and search: made and changed by acts of the portal, deleted by nobody."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
