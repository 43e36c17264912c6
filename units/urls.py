"""Addresses of units, people and imports, grouped by noun."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .views import (
    account,
    account_request,
    appearance,
    intake,
    invitation,
    letter,
    life,
    notification,
    office,
    organization,
    outbox,
    paper,
    permission,
    person,
    security,
    styleguide,
    trail,
    unit,
    window,
    workplace,
)

app_name = "units"

account_urls = [
    path("login/", account.login, name="login"),
    path("login/code/", account.code, name="code"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", account.password, name="password"),
    path("appearance/", appearance.appearance, name="appearance"),
    path("join/<path:username>/<slug:code>/", invitation.join, name="join"),
    path("accounts/request/", account_request.ask, name="account_ask"),
    path("work-for/<int:pk>/", workplace.work_for, name="work_for"),
]

request_urls = [
    path("", account_request.index, name="account_requests"),
    path("<int:pk>/", account_request.detail, name="account_request"),
    path("<int:pk>/approve/", account_request.approve, name="account_request_approve"),
    path("<int:pk>/refuse/", account_request.refuse, name="account_request_refuse"),
]

security_urls = [
    path("", security.detail, name="security"),
    path("letters/", security.letters, name="account_letters"),
    path("second-factor/", security.set_up, name="second_factor"),
    path("second-factor/confirm/", security.confirm, name="second_factor_confirm"),
    path("second-factor/off/", security.switch_off, name="second_factor_off"),
    path("backup-codes/", security.backup_codes, name="backup_codes"),
    path("sessions/<int:pk>/end/", security.end_session, name="session_end"),
    path("sessions/end/", security.end_other_sessions, name="sessions_end"),
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
    path("units/", person.units, name="people_units"),
    path("requests/", include(request_urls)),
    path("<int:pk>/", person.detail, name="person"),
    path("<int:pk>/password/", person.reset, name="password_reset"),
    path("<int:pk>/second-factor/", person.reset_second_factor, name="second_factor_reset"),
    path("<int:pk>/roles/", person.give_role, name="role_give"),
    path("<int:pk>/roles/<int:role>/end/", person.take_role, name="role_take"),
    path("<int:pk>/block/", person.block, name="account_block"),
    path("<int:pk>/unblock/", person.unblock, name="account_unblock"),
]

unit_urls = [
    path("", unit.index, name="units"),
    path("new/", unit.new, name="unit_new"),
    path("export/", unit.export, name="units_export"),
    path("<int:pk>/edit/", unit.edit, name="unit_edit"),
    path("<int:pk>/rename/", life.rename, name="unit_rename"),
    path("<int:pk>/change/", life.change, name="unit_change"),
    path("<int:pk>/papers/", paper.index, name="papers"),
    path("<int:pk>/windows/new/", window.new, name="window_new"),
    path("<int:pk>/organization/", organization.detail, name="organization"),
    path("<int:pk>/organization/edit/", organization.edit, name="organization_edit"),
    path("<int:pk>/letters/<int:year>/new/", letter.sign, name="letter_sign"),
    path("<int:pk>/letters/<int:year>/print/", letter.sheet, name="letter_print"),
    path("<int:pk>/letters/<int:year>/below/", letter.sheets_below, name="letters_print_below"),
]

window_urls = [
    path("", window.index, name="windows"),
    path("<int:pk>/", window.detail, name="window"),
    path("<int:pk>/edit/", window.edit, name="window_edit"),
    path("<int:pk>/close/", window.close, name="window_close"),
    path("<int:pk>/reopen/", window.reopen, name="window_reopen"),
    path("<int:pk>/sheet/", window.sheet, name="window_sheet"),
]

letter_urls = [
    path("", letter.index, name="letters"),
    path("<int:pk>/", letter.detail, name="letter"),
    path("<int:pk>/scan/", letter.attach, name="letter_attach"),
    path("<int:pk>/delete/", letter.delete, name="letter_delete"),
    path("year/<int:year>/", letter.index, name="letters_of"),
    path("year/<int:year>/text/", letter.text, name="letter_text"),
    path("year/<int:year>/print/", letter.sheets, name="letters_print"),
]

outbox_urls = [
    path("", outbox.index, name="outbox"),
    path("let-go/", outbox.let_go, name="outbox_let_go"),
    path("<int:pk>/", outbox.detail, name="outgoing_letter"),
    path("<int:pk>/edit/", outbox.edit, name="outgoing_letter_edit"),
    path("<int:pk>/queue/", outbox.queue, name="outgoing_letter_queue"),
    path("<int:pk>/hold/", outbox.hold, name="outgoing_letter_hold"),
    path("<int:pk>/discard/", outbox.discard, name="outgoing_letter_discard"),
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
    path("<int:pk>/marked/", intake.marked, name="import_marked"),
    path("template/<slug:kind>/", intake.template, name="import_template"),
]

urlpatterns = [
    *account_urls,
    path("account/security/", include(security_urls)),
    path("messages/", include(notification_urls)),
    path("people/", include(people_urls)),
    path("units/", include(unit_urls)),
    path("windows/", include(window_urls)),
    # Short, because it is also typed from paper.
    path("w/<slug:code>/", window.public, name="public_window"),
    path("papers/<int:pk>/", paper.download, name="paper"),
    path("letters/", include(letter_urls)),
    path("outbox/", include(outbox_urls)),
    path("imports/", include(import_urls)),
    path("office/", office.edit, name="office"),
    path("permissions/", permission.index, name="permissions"),
    path("permissions/<str:name>/", permission.detail, name="permission"),
    path("trail/", trail.index, name="trail"),
]

if settings.STYLEGUIDE:
    urlpatterns += [path("styleguide/", styleguide.index, name="styleguide")]
