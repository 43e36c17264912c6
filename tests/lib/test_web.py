import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from civportal.lib.web import allow, client_address, own_address, page_of, render_page, whole_number


def answered(**headers):
    """What render_page answers to a request with these headers: "page" or "part"."""

    def view(request):
        request.user = AnonymousUser()
        return render_page(request, "components/empty.html", "components/seal.html", {"title": "page"})

    return HtmxMiddleware(view)(RequestFactory().get("/ledger/", headers=headers))


def is_whole(response):
    return "empty" in response.content.decode()


def test_a_plain_request_gets_the_whole_page(db):
    assert is_whole(answered())


def test_htmx_gets_the_changing_part(db):
    assert not is_whole(answered(hx_request="true"))


def test_the_back_button_gets_the_whole_page_even_through_htmx(db):
    assert is_whole(answered(hx_request="true", hx_history_restore_request="true"))


def test_caches_never_mix_page_and_part(db):
    assert "HX-Request" in answered().headers["Vary"]
    assert "HX-Request" in answered(hx_request="true").headers["Vary"]


def test_allow_lets_go_on_or_says_what_was_not_permitted(db, lan, rui):
    allow(rui, "units.list_units")

    with pytest.raises(PermissionDenied, match=r"units\.list_units"):
        allow(lan, "units.list_units")


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("99", 3), ("0", 3), ("-1", 3), ("two", 1), ("", 1), (None, 1)]
)
def test_a_silly_page_number_gives_the_nearest_page(asked, number):
    request = RequestFactory().get("/", {"page": asked} if asked is not None else {})

    assert page_of(request, range(25), per_page=10).number == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        *[("2026", 2026), ("0", 0), ("9" * 18, 10**18 - 1)],
        *[("", None), (None, None), ("-1", None), ("1.5", None), ("²", None), ("9" * 5000, None)],
    ],
)
def test_an_address_says_a_whole_number_or_none(said, number):
    assert whole_number(said) == number


def came_from(rf, address, forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return client_address(rf.get("/", REMOTE_ADDR=address, **headers))


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("10.0.0.8", "10.0.0.8"),
        ("::ffff:10.0.0.8", "10.0.0.8"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", None),
        ("nowhere", None),
    ],
)
def test_a_request_comes_from_where_the_network_says(rf, address, meant):
    assert came_from(rf, address) == meant


def test_what_a_client_claims_of_its_address_counts_for_nothing(rf):
    assert came_from(rf, "10.0.0.8", "1.2.3.4") == "10.0.0.8"


@pytest.mark.parametrize(
    ("forwarded", "meant"),
    [
        ("10.0.0.8", "10.0.0.8"),
        ("1.2.3.4, 10.0.0.8", "10.0.0.8"),
        ("1.2.3.4,5.6.7.8, 2001:db8::1", "2001:db8::1"),
        ("", "127.0.0.1"),
        ("10.0.0.8, rubbish", None),
    ],
)
def test_behind_our_front_server_the_last_name_counts(rf, settings, forwarded, meant):
    settings.BEHIND_TLS_PROXY = True

    assert came_from(rf, "127.0.0.1", forwarded) == meant


@pytest.mark.parametrize(
    "foreign", ["https://elsewhere.example/", "//elsewhere.example", "home", "/\\elsewhere", ""]
)
def test_only_an_address_of_ours_is_a_way_on(rf, foreign):
    assert own_address(rf.get("/"), foreign) == ""
    assert own_address(rf.get("/"), "/home/?a=1") == "/home/?a=1"
