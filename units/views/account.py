"""Signing in, and making an issued account one's own."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView
from django.contrib.messages import success, warning
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from units.actions import person
from units.forms.account import SignInForm, password_form


class SignInView(LoginView):
    """The one class view: Django's own, with our form and page."""

    template_name = "units/account/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


login = SignInView.as_view()


def password(request):
    """Choose the own password: forced on first sign-in, free later against the present one."""
    form = password_form(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        person.set_password(request.user, form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        success(request, _("Your password is set."))
        return redirect("assessments:home")
    return render(request, "units/account/password.html", {"form": form})


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Django's own, which also leads back from an act or a part of a page to the page it stood on."""

    def handle_no_permission(self, request, view_func):
        if request.htmx:
            return HttpResponseClientRedirect(sign_in_for(request, request.htmx.current_url_abs_path))
        if request.method != "GET":
            return redirect(sign_in_for(request, own_path(request, request.headers.get("referer", ""))))
        return super().handle_no_permission(request, view_func)


def sign_in_for(request, path):
    """The address of the sign-in page that returns to the path; what was being saved is not saved."""
    if request.method != "GET":
        warning(request, _("You were signed out meanwhile, so this was not saved. Sign in and do it again."))
    return f"{reverse('units:login')}?{urlencode({'next': path or reverse('assessments:home')})}"


def own_path(request, address):
    """Path and query of an address of this site, nothing of a foreign one."""
    parts = urlsplit(address)
    return urlunsplit(("", "", parts.path, parts.query, "")) if parts.netloc == request.get_host() else ""


class PasswordFirstMiddleware:
    """Nobody works with a one-time password: the first page is the one that replaces it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and user.must_set_password and request.path not in self.open_paths:
            return redirect("units:password")
        return self.get_response(request)

    @property
    def open_paths(self):
        return {reverse("units:password"), reverse("units:logout"), reverse("set_language")}
