"""What comes first for somebody who is signed in: the code, the own password, the second factor."""

from urllib.parse import urlencode

from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from units.actions.account import TooManyCodes

from .account import hold_up, owes_code

# Open in every case: leaving, and how the pages look.
ALWAYS_OPEN = {"units:logout", "units:appearance", "set_language"}


class FirstMiddleware:
    """Leads to one page, and nowhere past it, as long as something is due."""

    page = ""
    open_pages = set()

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_closed = request.user.is_authenticated and self.is_due(request)
        if is_closed and request.path not in self.open_paths:
            return self.lead(request)
        return self.get_response(request)

    def is_due(self, request):
        raise NotImplementedError

    @property
    def open_paths(self):
        return {reverse(name) for name in ALWAYS_OPEN | self.open_pages | {self.page}}

    def lead(self, request):
        """To the page; what asked for a part of another page is replaced as a whole."""
        address = reverse(self.page)
        is_part = request.headers.get("HX-Request") == "true"
        return HttpResponseClientRedirect(address) if is_part else redirect(address)


class CodeFirstMiddleware(FirstMiddleware):
    """Whoever signs in with a code does nothing before giving it; then the page asked for opens."""

    page = "units:code"

    def is_due(self, request):
        return owes_code(request)

    def lead(self, request):
        response = super().lead(request)
        if request.method == "GET" and response.status_code == 302:
            response["Location"] += "?" + urlencode({"next": request.get_full_path()})
        return response

    def process_exception(self, request, exception):
        """Wherever a code is asked for, too many wrong ones end in the same page."""
        if not isinstance(exception, TooManyCodes):
            return None
        return hold_up(request, "units/account/code_locked.html", {"until": exception.until}, exception.until)


class PasswordFirstMiddleware(FirstMiddleware):
    """Nobody works with a one-time password: the first page is the one that replaces it."""

    page = "units:password"

    def is_due(self, request):
        return request.user.must_set_password


class SecondFactorFirstMiddleware(FirstMiddleware):
    """Where the office demands a second factor, its people set it up before they work."""

    page = "units:second_factor"
    open_pages = {"units:second_factor_confirm"}

    def is_due(self, request):
        return not request.user.has_second_factor and request.user.must_have_second_factor
