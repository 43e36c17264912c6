"""Addresses of units, people and imports, grouped by noun."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from .views import account, appearance

app_name = "units"

account_urls = [
    path("login/", account.login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", account.password, name="password"),
    path("appearance/", appearance.appearance, name="appearance"),
]

urlpatterns = [*account_urls]
