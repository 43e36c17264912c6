"""Every unit's data carries a token; nobody else's browser ever receives it, in pages, tables or files."""

import base64
import io
import re
import zipfile

import pytest

from tests import browsing
from tests.county import DRAFT, OWN

pytestmark = pytest.mark.django_db

EMBEDDED = re.compile(rb"base64,([A-Za-z0-9+/=]{40,})")


def received(response):
    """Every byte of an answer, with its tables and documents unpacked."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    parts = [content, *map(base64.b64decode, EMBEDDED.findall(content)), repr(response.headers).encode()]
    return b"".join([*parts, *(unpacked(part) for part in parts if part.startswith(b"PK"))])


def unpacked(package):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def where(answers, token):
    """The addresses that gave the token away."""
    return [address for address, content in answers.items() if token.encode() in content]


@pytest.fixture
def walk(client, request, furnished):
    """Everything a role receives, by address; None for the public."""

    def walk_as(role):
        if role:
            client.force_login(request.getfixturevalue(role))
        answers = browsing.pages(client, furnished.starts)
        return {address: received(response) for address, response in answers.items()}

    return walk_as


@pytest.mark.parametrize(("role", "other"), [("lan", "mei")])
def test_a_liaison_receives_nothing_of_another_unit(walk, role, other):
    answers = walk(role)

    assert where(answers, OWN.format(role)) and where(answers, DRAFT.format(role))
    assert where(answers, OWN.format(other)) == []
    assert where(answers, DRAFT.format(other)) == []


def test_the_office_receives_what_was_handed_in_and_no_draft(walk):
    answers = walk("ou")

    assert where(answers, OWN.format("lan")) and where(answers, OWN.format("mei"))
    assert where(answers, DRAFT.format("lan")) == []


def test_the_public_receives_nothing_that_is_private(walk):
    answers = walk(None)

    assert len(answers) > 10
    for unit in ("lan", "mei"):
        assert where(answers, OWN.format(unit)) == []
        assert where(answers, DRAFT.format(unit)) == []
