"""Signing in, and making an issued account one's own."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.contrib.messages import success
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

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
