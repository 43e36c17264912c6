"""From the password alone to a second factor, and in again with it; and what a guesser sees."""

import re

import pytest
from django.urls import reverse

from tests.units.codes import code_of
from units.actions import account

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PASSWORD = "lanterns-over-water-7"


@pytest.fixture
def rui(rui):
    rui.set_password(PASSWORD)
    rui.save()
    return rui


def sign_in(page, password=PASSWORD):
    page.goto(reverse("units:login"))
    page.fill("[name=username]", "rui")
    page.fill("[name=password]", password)
    page.click("main form .btn--brand")


def test_rui_sets_a_second_factor_up_and_signs_in_with_it(window, rui, settings):
    settings.TOTP_FOR_OFFICE = True
    page = window()

    sign_in(page)
    page.fill("[name=password]", PASSWORD)
    page.click("main form .btn--brand")
    assert page.evaluate("document.querySelector('.qr img').naturalWidth") > 0, "the policy lets it be seen"
    page.fill("[name=code]", code_of(account.begun(rui)))
    page.click("main form .btn--brand")
    codes = page.locator(".backup-codes li").all_inner_texts()
    page.click("a.btn--brand")
    assert re.search(reverse("units:security") + "$", page.url)

    telephone = window()
    sign_in(telephone)
    assert reverse("units:code") in telephone.url
    telephone.fill("[name=code]", codes[0])
    telephone.click("main form .btn--brand")
    assert reverse("assessments:home") in telephone.url

    page.reload()
    page.click(f"form[action='{reverse('units:sessions_end')}'] button")
    telephone.reload()
    assert reverse("units:login") in telephone.url


def test_a_guesser_is_told_to_stop(window, rui):
    page = window()

    for _try in range(10):
        sign_in(page, "wrong")

    assert page.locator("h1").inner_text() == "输错密码次数太多"
