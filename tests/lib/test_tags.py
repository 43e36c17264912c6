from decimal import Decimal

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from civportal.lib import tags
from civportal.lib.forms import FilterForm


class NameForm(forms.Form):
    name = forms.CharField()


def drawn(source, path="/ledger/", cookies=None, **context):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.COOKIES.update(cookies or {})
    return engines["django"].from_string(source).render(context, request)


def test_an_icon_is_inline_and_silent_to_screen_readers():
    svg = drawn('{% icon "check" %}')

    assert svg.startswith("<svg") and 'aria-hidden="true"' in svg and 'class="icon"' in svg


@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant"), ("en", "en")])
def test_the_document_says_its_language(language, tag):
    with translation.override(language):
        assert drawn("{% html_lang %}") == tag


@pytest.mark.parametrize(
    ("cookies", "attributes"),
    [
        ({}, ""),
        ({"theme": "dark"}, ' data-theme="dark"'),
        ({"theme": "system"}, ""),
        ({"theme": '"><script>'}, ""),
        ({"theme": "light", "elder": "on"}, ' data-theme="light" data-elder="on"'),
    ],
)
def test_the_look_is_drawn_by_the_server(cookies, attributes):
    assert drawn("{% appearance %}", cookies=cookies) == attributes


def test_a_page_without_a_request_has_the_plain_look():
    assert engines["django"].from_string("{% appearance %}").render({}) == ""


def test_the_heading_is_the_title_too(db):
    page = drawn(
        '{% extends "layouts/plain.html" %}{% block heading %}<b>Seven</b>\n still owed{% endblock heading %}'
    )

    assert "<title>Seven still owed · " in page


def test_the_title_says_when_a_form_has_errors():
    with translation.override("en"):
        assert drawn("{% error_prefix %}", form=NameForm({})) == "Error: "
        assert drawn("{% error_prefix %}", form=NameForm()) == ""
        assert drawn("{% error_prefix %}", form=NameForm({"name": "Lan"})) == ""


def test_a_filter_that_makes_no_sense_is_no_error():
    class Filter(FilterForm):
        day = forms.DateField(required=False)

    assert drawn("{% error_prefix %}", form=Filter({"day": "never"})) == ""


def test_looking_for_errors_wakes_no_lazy_number():
    def count():
        raise AssertionError("nobody asked for it")

    assert drawn("{% error_prefix %}", queue_count=SimpleLazyObject(count)) == ""


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/ledger/", 'aria-current="page"'),
        ("/ledger/12/", 'aria-current="true"'),
        ("/home/", ""),
        ("/ledgers/", ""),
    ],
)
def test_the_way_one_is_on_is_marked(path, here):
    link = drawn('{% nav_link "assessments:entries" "Ledger" %}', path=path)

    assert 'href="/ledger/"' in link
    assert here in link if here else "aria-current" not in link


def test_the_front_page_is_current_only_on_itself():
    assert "aria-current" not in drawn('{% nav_link "assessments:public_home" "Home" %}', path="/ledger/")


def test_a_count_of_none_is_not_shown():
    assert "__count" not in drawn('{% nav_link "assessments:entries" "Ledger" "book-open" 0 %}')
    assert "__count" in drawn('{% nav_link "assessments:entries" "Ledger" "book-open" 3 %}')


def test_marks_within_quotation_marks_are_the_inner_ones():
    assert drawn("“{{ title|within_quotes }}”", title="开展“光盘行动”<b>") == "“开展‘光盘行动’&lt;b&gt;”"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("3.00"), "3"),
        (Decimal("3.50"), "3.5"),
        (Decimal("12.25"), "12.25"),
        (Decimal("0"), "0"),
        (Decimal("100"), "100"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_points_lose_their_idle_zeros(value, text):
    assert tags.points(value) == text


def test_a_total_keeps_both_decimals():
    assert tags.score(Decimal("86.5")) == "86.50"
    assert tags.score(None) == "—"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (900, "900 B"),
        (38_912, "38.0 KB"),
        (204_800, "200 KB"),
        (20 * 2**20, "20.0 MB"),
        (3 * 2**30, "3072 MB"),
    ],
)
def test_the_size_of_a_file_is_readable(size, text):
    assert tags.bytes_text(size) == text


def test_paging_keeps_what_the_address_asks_for():
    query = drawn("{% with_query page=3 %}", path="/ledger/?status=a&status=b&page=2")

    assert query == "?status=a&amp;status=b&amp;page=3"


def test_paging_can_drop_a_word():
    assert drawn("{% with_query page=None %}", path="/ledger/?q=x&page=2") == "?q=x"


@pytest.mark.parametrize(
    ("value", "maximum", "width"),
    [
        (None, 10, "0"),
        (0, 10, "0"),
        (5, 0, "0"),
        (Decimal("2.5"), 10, "25.0"),
        (12, 10, "100.0"),
        (-1, 10, "0.0"),
    ],
)
def test_a_bar_stays_inside_its_track(value, maximum, width):
    assert tags.percent_of(value, maximum) == width


def test_bars_show_what_is_not_assessed_yet_as_a_dash():
    rows = [{"label": "Services", "value": None, "maximum": 10}]

    html = drawn('{% include "components/bars.html" with rows=rows only %}', rows=rows)

    assert "<b>—</b> / 10" in html and 'class="fill"' not in html


def test_a_face_shows_the_first_character():
    assert tags.first_letter("兰晓") == "兰"
    assert tags.first_letter("") == ""
