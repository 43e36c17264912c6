"""Closed unless opened: every view that answers without signing in, by name."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

OPEN = {
    # the public pages
    "assessments:public_home",
    "assessments:public_rankings",
    "assessments:public_ranking",
    "assessments:public_roll",
    "assessments:public_units",
    "assessments:public_unit",
    # what everybody may know of a service window
    "units:public_window",
    # the way in, and how the pages look to whoever reads them
    "units:login",
    "units:join",
    "units:account_ask",
    "units:appearance",
    "set_language",
    # every component without data; only there when STYLEGUIDE=1
    "units:styleguide",
}


def views(patterns, namespace=""):
    """Every address of the portal as (name, view), whatever stands above it."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or str(pattern.pattern)), pattern.callback
        else:
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from views(pattern.url_patterns, below)


def test_exactly_these_views_answer_without_signing_in():
    walked = list(views(get_resolver().url_patterns))

    assert {name for name, view in walked if not getattr(view, "login_required", True)} == OPEN
    assert len(walked) > 50


@pytest.mark.parametrize("name", ["assessments:home", "assessments:ranking", "assessments:awards"])
def test_a_closed_page_leads_to_the_sign_in(client, db, name):
    assert client.get(reverse(name)).url == f"{reverse('units:login')}?next={reverse(name)}"
