"""Addresses of units, people and imports, grouped by noun."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .views import account, appearance, notification, office, person, styleguide

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

urlpatterns = [
    *account_urls,
    path("messages/", include(notification_urls)),
    path("people/", include(people_urls)),
    path("office/", office.edit, name="office"),
]

if settings.STYLEGUIDE:
    urlpatterns += [path("styleguide/", styleguide.index, name="styleguide")]
