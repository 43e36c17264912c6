"""How one's own account is protected: password, second factor, backup codes, open sessions."""

import segno
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from civportal.lib.forms import refused_at
from units.actions import account, session
from units.actions import person as people
from units.forms.account import FirstCodeForm, LettersForm, ProofForm, SwitchOffForm
from units.models import User

from .account import remember_code

# Nobody is signed in on more machines than can be looked at; the newest are shown.
MOST_SESSIONS = 50


@never_cache
@require_safe
def detail(request):
    """Everything that protects the account, on one page."""
    context = {
        "sessions": request.user.sessions.open()[:MOST_SESSIONS],
        "own_key": request.session.session_key,
        "codes_left": account.backup_codes_left(request.user),
    }
    return render(request, "units/account/security.html", context)


def letters(request):
    """Where and how often one is written to."""
    form = LettersForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        people.choose_letters(request.user, **form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("units:security")
    return render(request, "units/account/letters.html", {"form": form})


@never_cache
def set_up(request):
    """Begin with the second factor: what it is, and the password once more."""
    if request.user.has_second_factor:
        return redirect("units:security")
    form = ProofForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "password"):
            account.begin_second_factor(request.user)
            return redirect("units:second_factor_confirm")
    return render(request, "units/account/set_up.html", {"form": form})


@never_cache
@sensitive_variables("device", "codes", "context", "address")
def confirm(request):
    """The secret as a picture and in letters; the first code from the telephone makes it count."""
    device = account.begun(request.user)
    if device is None or request.user.has_second_factor:
        return redirect("units:second_factor")
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, keep = form.cleaned_data["code"], request.session.session_key
        with refused_at(form, "code"):
            codes = account.confirm_second_factor(request.user, given, by=request.user, keep=keep)
            remember_code(request, device)
            return show_codes(request, codes)
    picture = segno.make(account.address_of(device), error="m", micro=False)
    context = {"form": form, "secret": account.secret_of(device)}
    context["picture"] = picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    return render(request, "units/account/confirm.html", context)


@never_cache
@sensitive_variables("codes")
def backup_codes(request):
    """Ten new backup codes instead of the old ones, against the password."""
    if not request.user.has_second_factor:
        return redirect("units:security")
    form = ProofForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        codes = account.renew_backup_codes(request.user, by=request.user)
        return show_codes(request, codes)
    return render(request, "units/account/renew.html", {"form": form})


@sensitive_variables("codes")
def show_codes(request, codes):
    """The backup codes in the answer itself, once: only their digests are stored."""
    return render(request, "units/account/backup_codes.html", {"codes": codes})


@never_cache
def switch_off(request):
    """Back to the password alone, against the password and a code."""
    if not request.user.has_second_factor:
        return redirect("units:security")
    form = SwitchOffForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        given, keep = form.cleaned_data["code"], request.session.session_key
        with refused_at(form, "code"):
            account.switch_off_second_factor(request.user, given, by=request.user, keep=keep)
            messages.success(request, _("The second factor is switched off."))
            return redirect("units:security")
    return render(request, "units/account/switch_off.html", {"form": form})


@require_POST
def end_session(request, pk):
    """Sign out one of one's own browsers; other people's sessions do not exist."""
    ended = get_object_or_404(request.user.sessions.open(), pk=pk)
    session.end(ended, by=request.user)
    if ended.session_key == request.session.session_key:
        request.session.flush()
        return redirect("units:login")
    messages.success(request, _("That browser is signed out."))
    return redirect("units:security")


@require_POST
def end_other_sessions(request):
    """Sign out everywhere but here."""
    session.end_others(request.user, by=request.user, keep=request.session.session_key)
    messages.success(request, _("Everywhere else you are signed out."))
    return redirect("units:security")
