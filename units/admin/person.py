"""People in the administration: accounts, roles, sessions and the office itself."""

from django import forms
from django.contrib import admin

from civportal.lib.clock import now
from units.actions import person as people
from units.actions.intake.people_list import PeopleList
from units.models import AccountRequest, Membership, Office, Role, Session, User

from .list_in import ListInMixin
from .portal import LookOnlyAdmin, PortalAdmin, PortalInline


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
