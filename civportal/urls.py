"""The portal's addresses."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from assessments.views import unit_page

handler403 = "assessments.views.conflict.refused"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("language/", login_not_required(set_language), name="set_language"),
    # A page over both apps, and the address of a record of the lower one.
    path("units/<int:pk>/", unit_page.detail, name="unit"),
    path("", include("units.urls")),
    path("", include("assessments.urls")),
]
