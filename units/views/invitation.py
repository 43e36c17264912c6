"""The invitation that a sheet's QR code leads to: open, shown to whoever has it, accepted by a POST."""

from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from units.actions import person as people


@never_cache
@login_not_required
@sensitive_variables("code", "person")
def join(request, username, code):
    """Show for whom the invitation is; a POST signs that person in, to choose an own password.

    Chat programs open a link before anybody reads it, so looking changes nothing. Wrong, used and
    run out are answered alike.
    """
    person = people.invited(username, code)
    if person is not None and request.method == "POST":
        person = authenticate(request, username=username, password=code)
        if person is not None:
            login(request, person)
            return redirect("units:password")
    if person is None:
        answer = render(request, "units/account/no_invitation.html", status=404)
    else:
        answer = render(request, "units/account/invitation.html", {"person": person})
    # The address holds the password, so no other page hears of it. Not even the address would be
    # told under "no-referrer", and then the form's token could not be checked over https.
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer
