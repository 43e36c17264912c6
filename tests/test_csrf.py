"""No act without the token of one's own page, whatever the address and the method."""

import pytest
from django.test import Client

from tests import browsing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["lan", "ou"])
def test_no_address_acts_without_the_token(furnished, request, role):
    client = Client(enforce_csrf_checks=True)
    client.force_login(request.getfixturevalue(role))

    addresses = browsing.one_of_each(furnished.starts)
    answers = {address: client.post(address) for address in addresses}
    answers |= {f"PUT {address}": client.put(address) for address in addresses}

    assert {address for address, answer in answers.items() if not is_refused(answer)} == set()


def is_refused(answer):
    """Refused for the token, or by a page that takes no acts at all."""
    return answer.status_code == 405 or (
        answer.status_code == 403 and "页面打开得太久" in answer.content.decode()
    )
