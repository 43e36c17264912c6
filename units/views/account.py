"""Signing in: the password, the code after it, and making an issued account one's own."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import django_otp
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView
from django.contrib.messages import success, warning
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from civportal.lib.clock import now
from civportal.lib.forms import refused_at
from civportal.lib.web import own_address
from units.actions import account, person
from units.forms.account import CodeForm, SignInForm, password_form


class SignInView(LoginView):
    """The one class view: Django's own, with our form and page."""

    template_name = "units/account/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


login = SignInView.as_view()


def locked_out(request, response, credentials):
    """Too many wrong passwords: until when, and who can help; never whether there is such an account."""
    context = {"refusal": request.refusal}
    return hold_up(request, "units/account/locked.html", context, request.refusal.until)


def hold_up(request, template, context, until):
    """Answer 429, also to programs: when it is worth trying again."""
    seconds = max(1, int((until - now()).total_seconds()) + 1)
    response = render(request, template, context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@never_cache
def code(request):
    """The second step of signing in; the page that was asked for comes after it."""
    where = own_address(request, request.POST.get("next") or request.GET.get("next", ""))
    onward = redirect(where or "assessments:home")
    if not owes_code(request):
        return onward
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "code"):
            device = account.check_code(request.user, form.cleaned_data["code"])
            remember_code(request, device)
            if account.is_backup(form.cleaned_data["code"]):
                tell_codes_left(request)
            return onward
    return render(request, "units/account/code.html", {"form": form, "next": where})


def owes_code(request):
    """Whether the person signs in with a code and this session has not given one."""
    return request.user.has_second_factor and django_otp.DEVICE_ID_SESSION_KEY not in request.session


def remember_code(request, device):
    """From now on the session is one that gave a code; its key changes, as after the password."""
    request.session.cycle_key()
    django_otp.login(request, device)


def tell_codes_left(request):
    """Whoever pays with a backup code hears how many there are still."""
    left = account.backup_codes_left(request.user)
    told = ngettext(
        "That was a backup code. %(left)d is left.", "That was a backup code. %(left)d are left.", left
    )
    warning(request, told % {"left": left})


def password(request):
    """Choose the own password: forced on first sign-in, free later against the present one."""
    form = password_form(request)
    if request.method == "POST" and form.is_valid():
        new, keep = form.cleaned_data["new_password1"], request.session.session_key
        person.set_password(request.user, new, by=request.user, keep=keep)
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
