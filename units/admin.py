"""The Django admin: plain tables for bulk work, opened by the policies, and all of it in the trail."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice
from import_export.admin import ExportMixin, ImportExportMixin

from civportal.lib.clock import now
from civportal.lib.listings import Column, Listing
from civportal.lib.tables import TableRefused
from civportal.lib.web import allow, whole_number

from . import listings
from .actions import intake, trail
from .actions import person as people
from .actions.intake.people_list import PeopleList
from .forms.unit import UnitRules, standings
from .models import (
    AccountRequest,
    Category,
    ImportBatch,
    ImportRow,
    LetterText,
    LifeAct,
    Membership,
    Notification,
    Office,
    Organization,
    Paper,
    ResponsibilityLetter,
    Role,
    SearchEntry,
    Session,
    Succession,
    Tag,
    TrailEvent,
    Unit,
    UnitName,
    UnitPast,
    User,
    Window,
    WindowStaff,
)
from .models.intake_kinds import UNITS, kind_of
from .models.state import Stateful
from .resources import ListResource
from .views.export import FORMATS, exported
from .views.slip import show_slips


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


# lists that come in


class ListImportForm(forms.Form):
    """The file, whatever kind of file it is: the content decides, not the choice of a format."""

    import_file = forms.FileField(label=gettext_lazy("The list"), allow_empty_file=True)

    def __init__(self, formats, resources, **kwargs):
        super().__init__(**kwargs)


class ConfirmForm(forms.Form):
    """The list that was looked at, to be applied."""

    batch = forms.ModelChoiceField(
        ImportBatch.objects.filter(status=ImportBatch.Status.PREVIEWED), widget=forms.HiddenInput
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ListInMixin(ImportExportMixin):
    """Lists of one kind come in as on the portal's own page: looked at first, then applied as a whole."""

    list_kind = ""
    import_template_name = "admin/import_list.html"
    import_form_class = ListImportForm
    confirm_form_class = ConfirmForm

    @property
    def kind(self):
        return kind_of(self.list_kind)

    def has_import_permission(self, request):
        return self.may(request) and request.user.has_perm(self.kind.permission)

    def allow_import(self, request):
        allow(request.user, self.permission)
        allow(request.user, self.kind.permission)

    def import_action(self, request, **kwargs):
        """Look at the list: every row's verdict, and nothing written yet; a long one is read on its page."""
        self.allow_import(request)
        form = self.create_import_form(request)
        context = {"form": form, "kind": self.kind}
        if request.method == "POST" and form.is_valid():
            context |= self.looked_at(request, form)
        if "batch" in context and context["batch"].is_reading:
            return redirect(context["batch"])
        context |= self.admin_site.each_context(request)
        context |= {"title": _("Import"), "opts": self.opts, "media": self.media + form.media}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, [self.import_template_name], context)

    def looked_at(self, request, form):
        """The result of the look and the form that applies it; nothing when the file is refused."""
        file = form.cleaned_data["import_file"]
        try:
            intake.check_upload(file.size)
            result = ListResource(intake, self.list_kind).import_data(
                file.read(), dry_run=True, user=request.user, file_name=file.name
            )
        except TableRefused as refusal:
            form.add_error("import_file", refusal.message)
            return {}
        batch = result.batch
        return {
            "result": result,
            "batch": batch,
            "confirm_form": ConfirmForm(initial={"batch": batch, "seen": batch.version}),
            "write_label": self.kind.write % {"n": batch.writable_count},
        }

    def process_import(self, request, **kwargs):
        """Apply the list that was looked at; one-time passwords are in the answer and nowhere else."""
        self.allow_import(request)
        form = ConfirmForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            messages.error(request, _("This list is applied or put aside already."))
            return redirect(admin_urlname(self.opts, "import"))
        batch = form.cleaned_data["batch"]
        allow(request.user, "units.apply_import", batch)
        try:
            result = ListResource(intake, self.list_kind).import_data(
                b"", user=request.user, **form.cleaned_data
            )
        except intake.ImportRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(batch)
        slips = result.batch.slips
        return show_slips(request, slips) if slips else redirect(result.batch)


# units


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


# windows, organization, letters


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


# people


class MembershipForm(forms.ModelForm):
    """A role by hand: since now where nothing is said; somebody always administers the portal."""

    class Meta:
        model = Membership
        fields = ["user", "role", "unit", "began_at", "ended_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["began_at"].required = False

    def clean_began_at(self):
        return self.cleaned_data["began_at"] or self.instance.began_at or now()

    def clean(self):
        values = super().clean()
        was = Membership.objects.current().filter(pk=self.instance.pk, role=Role.ADMINISTRATOR).first()
        stays = values.get("role") == Role.ADMINISTRATOR and not values.get("ended_at")
        if was and not (stays and values.get("user", was.user) == was.user):
            people.refuse_without(was)
        return values


class MembershipInline(PortalInline):
    """A role ends and stays on record; nobody deletes it."""

    model = Membership
    form = MembershipForm
    autocomplete_fields = ("unit",)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(ListInMixin, PortalAdmin):
    """Names and roles; passwords and blocking are acts of the portal's own pages."""

    list_kind = PeopleList.code
    fields = (
        "username", "name", "is_active", "must_set_password", "one_time_until", "joined_at", "last_login",
    )  # fmt: skip
    readonly_fields = ("is_active", "must_set_password", "one_time_until", "joined_at", "last_login")
    inlines = [MembershipInline]
    list_display = ("name", "username", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role")
    search_fields = ("name", "username", "memberships__unit__name")

    def has_delete_permission(self, request, obj=None):
        """Whoever did something stays; who left is blocked."""
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
            obj.must_set_password = True
        super().save_model(request, obj, form, change)


@admin.register(Membership)
class MembershipAdmin(PortalAdmin):
    """A role ends and stays on record; nobody deletes it."""

    form = MembershipForm
    list_display = ("user", "role", "unit", "began_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("user", "unit")
    search_fields = ("user__name", "user__username", "unit__name")
    autocomplete_fields = ("user", "unit")

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AccountRequest)
class AccountRequestAdmin(LookOnlyAdmin):
    list_display = ("name", "unit_name", "role", "status", "asked_at")
    list_filter = ("status", "role")
    search_fields = ("name", "unit_name")


@admin.register(Session)
class SessionAdmin(LookOnlyAdmin):
    """Who is signed in; what opens a session is not shown."""

    fields = ("user", "address", "device", "started_at", "seen_at", "expire_date")
    list_display = ("user", "device", "address", "started_at", "seen_at")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__username", "address")


@admin.register(Office)
class OfficeAdmin(PortalAdmin):
    list_display = ("office_name", "county")

    def has_add_permission(self, request, obj=None):
        return self.may(request) and not Office.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


# what happened


@admin.register(ImportBatch)
class ImportBatchAdmin(LookOnlyAdmin):
    list_display = ("file_name", "status", "by", "at")
    list_filter = ("status",)
    list_select_related = ("by",)
    search_fields = ("file_name", "sha256")


@admin.register(ImportRow)
class ImportRowAdmin(LookOnlyAdmin):
    list_display = ("name", "sheet", "number", "verdict", "act", "batch")
    list_filter = ("verdict", "act")
    list_select_related = ("batch",)
    search_fields = ("name",)


@admin.register(Notification)
class NotificationAdmin(LookOnlyAdmin):
    list_display = ("title", "to", "at", "seen_at")
    list_select_related = ("to",)
    search_fields = ("title", "to__name")


@admin.register(TrailEvent)
class TrailEventAdmin(LookOnlyAdmin):
    list_display = ("at", "by", "content_type", "object_id", "verb", "to_status")
    list_filter = ("verb", "content_type")
    list_select_related = ("by", "content_type")
    search_fields = ("note", "by__name", "by__username")


@admin.register(SearchEntry)
class SearchEntryAdmin(LookOnlyAdmin):
    """By what each record is found; the portal keeps it, nobody edits it."""

    list_display = ("__str__", "content_type", "object_id")
    list_filter = ("content_type",)
    list_select_related = ("content_type",)
    search_fields = ("haystack",)
