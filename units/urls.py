"""Addresses of units, people and imports, grouped by noun."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .views import account, appearance, notification, styleguide

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

urlpatterns = [*account_urls, path("messages/", include(notification_urls))]

if settings.STYLEGUIDE:
    urlpatterns += [path("styleguide/", styleguide.index, name="styleguide")]
