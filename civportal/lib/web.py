"""Helpers for views: permission, page or fragment, pagination, numbers and clients' addresses, language."""

import re
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")


class NotTheirs(PermissionDenied):
    """Known to the person, but not theirs to do; the page that says so may look at the record."""

    def __init__(self, permission, record=None):
        super().__init__(permission)
        self.permission, self.record = permission, record


def allow(user, permission, record=None):
    """Let the person go on, or answer 403: known to them, but not theirs to do."""
    if not user.has_perm(permission, record):
        raise NotTheirs(permission, record)


def render_page(request, page, fragment, context):
    """Render the full page, or only its changing part when htmx asks for it.

    Both live at one address, so caches are told apart by the header; and a page that the Back
    button asks for again is always a whole one.
    """
    partly = request.htmx and not request.htmx.history_restore_request
    response = render(request, fragment if partly else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_of(request, rows, per_page=50, count=None):
    """The page of rows that the address asks for; a silly page number gives the nearest one.

    `count` is how many rows there are, where that is known already.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def whole_number(text):
    """The number that an address or a hidden field says, or None when it says none that we could hold."""
    return int(text) if text and WHOLE_NUMBER.fullmatch(text) else None


def is_prefetch(request):
    """Whether the browser only gets the page ready, before anybody has opened it."""
    told = request.headers.get("Sec-Purpose") or request.headers.get("Purpose", "")
    return "prefetch" in told


def own_address(request, address):
    """The address if it is one of ours, else "".

    Only an address that begins with a slash is one: anything else Django would look up as a name.
    """
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


def way_back(request, fallback):
    """The page on which a form stood, if the form names one of ours; else `fallback`."""
    return own_address(request, request.POST.get("next", "")) or fallback


def client_address(request):
    """The network address a request came from, or None when there is none to be trusted.

    X-Forwarded-For counts only behind our own front server, and of it only the last name: that one
    the front server wrote, while everything before it is whatever the client claimed.
    """
    told = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS_PROXY:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or told
    try:
        address = ip_address(told)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


class WayToTheFormMiddleware:
    """Lead whoever asks in the address bar for a place that only takes forms to the page above it.

    A form that was refused is shown where it was sent; loading that page anew would show an empty sheet.
    Programs, which ask for no page, are told as before that only forms are taken.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        asks_for_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not asks_for_page:
            return response
        query = request.META.get("QUERY_STRING", "")
        return redirect(page_above(request.path) + (f"?{query}" if query else ""))


def page_above(path):
    """The nearest address above this one that leads anywhere; every form stands on such a page."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if above == "/" or is_valid_path(above) else page_above(above)


class ChosenLanguageMiddleware:
    """Speak the language the person chose; the browser's wish does not count.

    The county's machines often claim English or nothing, and the office's language is zh-Hans.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            # A template response renders later, outside this block, unless told to now.
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response
