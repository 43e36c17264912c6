"""Addresses of units, people and imports, grouped by noun."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .views import account, appearance, intake, life, notification, office, person, styleguide, unit

app_name = "units"

account_urls = [
    path("login/", account.login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", account.password, name="password"),
    path("appearance/", appearance.appearance, name="appearance"),
]

notification_urls = [
    path("", notification.index, name="notifications"),
    path("<int:pk>/", notification.follow, name="notification"),
    path("seen/", notification.mark_seen, name="notifications_seen"),
]

people_urls = [
    path("", person.index, name="people"),
    path("new/", person.new, name="account_new"),
    path("accounts/", person.issue, name="accounts_issue"),
    path("<int:pk>/", person.detail, name="person"),
    path("<int:pk>/password/", person.reset, name="password_reset"),
    path("<int:pk>/block/", person.block, name="account_block"),
    path("<int:pk>/unblock/", person.unblock, name="account_unblock"),
]

unit_urls = [
    path("", unit.index, name="units"),
    path("new/", unit.new, name="unit_new"),
    path("<int:pk>/edit/", unit.edit, name="unit_edit"),
    path("<int:pk>/rename/", life.rename, name="unit_rename"),
    path("<int:pk>/change/", life.change, name="unit_change"),
]

import_urls = [
    path("", intake.index, name="imports"),
    path("new/", intake.new, name="import_new"),
    path("<int:pk>/", intake.detail, name="import"),
    path("<int:pk>/step/", intake.step, name="import_step"),
    path("<int:pk>/kind/", intake.change_kind, name="import_kind"),
    path("<int:pk>/columns/", intake.rearrange, name="import_rearrange"),
    path("<int:pk>/rows/", intake.decide_rows, name="import_decide_rows"),
    path("<int:pk>/rows/<int:row>/", intake.decide, name="import_decide"),
    path("<int:pk>/apply/", intake.apply, name="import_apply"),
    path("<int:pk>/discard/", intake.discard, name="import_discard"),
    path("<int:pk>/undo/", intake.undo, name="import_undo"),
    path("<int:pk>/file/", intake.file, name="import_file"),
    path("<int:pk>/left-out/", intake.left_out, name="import_left_out"),
]

urlpatterns = [
    *account_urls,
    path("messages/", include(notification_urls)),
    path("people/", include(people_urls)),
    path("units/", include(unit_urls)),
    path("imports/", include(import_urls)),
    path("office/", office.edit, name="office"),
]

if settings.STYLEGUIDE:
    urlpatterns += [path("styleguide/", styleguide.index, name="styleguide")]
