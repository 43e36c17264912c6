"""Addresses of the creation year, grouped by noun."""

from django.urls import path

from .views import home

app_name = "assessments"

urlpatterns = [
    path("", home.public, name="public_home"),
    path("home/", home.index, name="home"),
]
