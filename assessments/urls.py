"""Addresses of the creation year, grouped by noun."""

from django.urls import include, path

from .views import cycle, home, ledger, plan, public, review

app_name = "assessments"

cycle_urls = [
    path("", cycle.index, name="cycles"),
    path("new/", cycle.new, name="cycle_new"),
    path("<int:pk>/", cycle.detail, name="cycle"),
    path("<int:pk>/open/", cycle.open_cycle, name="cycle_open"),
    path("<int:pk>/close/", cycle.close_cycle, name="cycle_close"),
    path("<int:pk>/enrol/", cycle.enrol, name="cycle_enrol"),
    path("stages/<int:pk>/", cycle.stage_edit, name="stage_edit"),
]

plan_urls = [
    path("", plan.index, name="plans"),
    path("new/", plan.new, name="plan_new"),
    path("<int:pk>/", plan.detail, name="plan"),
    path("<int:pk>/edit/", plan.edit, name="plan_edit"),
    path("<int:pk>/submit/", plan.submit, name="plan_submit"),
    path("<int:pk>/withdraw/", plan.withdraw, name="plan_withdraw"),
    path("<int:pk>/accept/", plan.accept, name="plan_accept"),
    path("<int:pk>/send-back/", plan.send_back, name="plan_send_back"),
]

ledger_urls = [
    path("", ledger.index, name="entries"),
    path("new/", ledger.new, name="entry_new"),
    path("<int:pk>/", ledger.detail, name="entry"),
    path("<int:pk>/edit/", ledger.edit, name="entry_edit"),
    path("<int:pk>/submit/", ledger.submit, name="entry_submit"),
    path("<int:pk>/withdraw/", ledger.withdraw, name="entry_withdraw"),
    path("<int:pk>/delete/", ledger.delete, name="entry_delete"),
    path("<int:pk>/reopen/", ledger.reopen, name="entry_reopen"),
]

review_urls = [
    path("", review.queue, name="queue"),
    path("<int:pk>/", review.detail, name="review"),
    path("<int:pk>/open/", review.open_entry, name="review_open"),
    path("<int:pk>/accept/", review.accept, name="entry_accept"),
    path("<int:pk>/send-back/", review.send_back, name="entry_send_back"),
]

public_urls = [
    path("", public.home, name="public_home"),
]

urlpatterns = [
    *public_urls,
    path("home/", home.index, name="home"),
    path("years/", include(cycle_urls)),
    path("plans/", include(plan_urls)),
    path("ledger/", include(ledger_urls)),
    path("review/", include(review_urls)),
]
