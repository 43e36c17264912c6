"""Every unit's data carries a token; nobody else's browser ever receives it, in pages, tables or files."""

import base64
import io
import re
import zipfile

import pytest

from tests import browsing
from tests.county import CALIBRATED, DRAFT, IN_HAND, MOBILES, NOTE, OWN, TELS
from tests.factories import UnitFactory, person_in
from units.models import Role

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


def without_numbers(answers):
    """Whether nobody's telephone number was received in full; asked of the same walk, for a walk is long."""
    return where(answers, MOBILES["lan"]) == where(answers, TELS["lan"]) == []


def without_notes(answers):
    """Whether nothing of what the office notes among itself was received, nor what a reviewer has in hand."""
    noted = [where(answers, NOTE.format(unit)) for unit in ("lan", "mei")]
    return [*noted, where(answers, IN_HAND)] == [[], [], []]


@pytest.fixture
def leader(bank):
    return person_in(Role.UNIT_LEADER, bank, username="leader")


@pytest.fixture
def deputy(bank):
    return person_in(Role.DEPUTY, bank, username="deputy")


@pytest.fixture
def department(bank):
    """Somebody of the department above Mei's unit."""
    bank.supervisor = UnitFactory(name="云泽县金融办")
    bank.save()
    return person_in(Role.SUPERVISOR, bank.supervisor, username="department")


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [("lan", "lan", "mei"), ("mei", "mei", "lan"), ("leader", "mei", "lan"), ("deputy", "mei", "lan")],
)
def test_people_of_a_unit_receive_all_of_it_and_nothing_of_another_one(walk, role, own, other):
    answers = walk(role)

    assert where(answers, OWN.format(own)) and where(answers, DRAFT.format(own))
    assert where(answers, OWN.format(other)) == []
    assert where(answers, DRAFT.format(other)) == []
    assert where(answers, MOBILES[other]) == []
    # Nobody of a unit learns that a record of theirs is in a sample, or what was said of it.
    assert where(answers, CALIBRATED) == []
    assert without_notes(answers)
    # A unit receives its own numbers, and nobody else's.
    assert where(answers, MOBILES[own]) if role == "lan" else without_numbers(answers)


def test_a_liaison_is_told_that_another_unit_has_the_same_and_nothing_more(client, mei, furnished):
    client.force_login(mei)
    returned = furnished.units["mei"].returned

    content = received(client.get(f"/ledger/{returned.pk}/edit/")).decode()

    assert content.count("其他单位") + content.count("at another unit") >= 2
    assert OWN.format("mei") in content
    assert OWN.format("lan") not in content


def test_a_department_receives_what_its_own_tree_handed_in_and_no_number(walk, department):
    answers = walk("department")

    assert where(answers, OWN.format("mei"))
    assert where(answers, DRAFT.format("mei")) == []
    assert where(answers, OWN.format("lan")) == []
    assert where(answers, DRAFT.format("lan")) == []
    assert where(answers, CALIBRATED) == []
    assert without_numbers(answers) and without_notes(answers)


def test_the_walk_would_meet_a_note_that_got_among_the_answers(walk, furnished):
    """The control: the same words where the unit reads are found at once."""
    note = NOTE.format("lan")
    furnished.units["lan"].question.messages.filter(is_units=False).update(text=note)

    answers = walk("lan")

    assert where(answers, note) and not without_notes(answers)


@pytest.mark.parametrize("role", ["ou", "admin", "rui", "shen", "lin"])
def test_who_reads_everything_receives_what_was_handed_in_and_no_draft(walk, role):
    answers = walk(role)

    assert where(answers, OWN.format("lan")) and where(answers, OWN.format("mei"))
    drafts = where(answers, DRAFT.format("lan"))
    assert [address for address in drafts if not address.startswith("/admin/")] == []
    # The control: those of the office who may do read what was agreed on.
    assert role not in ("ou", "rui") or where(answers, CALIBRATED)
    assert role in ("ou", "rui", "admin") or where(answers, CALIBRATED) == []
    # The administrator keeps the register; nobody else's work needs a number in full.
    assert role == "admin" or without_numbers(answers)
    # Only who reviews reads what reviewers note, and only on the pages of notes.
    noted = where(answers, NOTE.format("lan"))
    assert bool(noted) is (role in ("ou", "rui"))
    assert all(re.fullmatch(r"/review/\d+/notes/", address) for address in noted)
    # What a reviewer has in hand is that reviewer's alone, on the page of the review.
    in_hand = where(answers, IN_HAND)
    assert bool(in_hand) is (role == "ou")
    assert all(re.fullmatch(r"/review/\d+/(\?.*)?", address) for address in in_hand)


def test_an_inspector_finds_units_and_reads_no_ledger_and_no_number(walk):
    answers = walk("xun")

    work = ("/ledger/", "/plans/", "/scores/", "/evidence/", "/review/", "/why/entry/", "/why/plan/")
    records = [place for place in where(answers, OWN.format("lan")) if place.startswith(work)]
    assert records == []
    assert where(answers, DRAFT.format("lan")) == []
    assert without_numbers(answers) and without_notes(answers)


def test_the_public_receives_nothing_that_is_private(walk):
    answers = walk(None)

    assert len(answers) > 10
    assert where(answers, CALIBRATED) == []
    assert without_notes(answers)
    for unit in ("lan", "mei"):
        assert where(answers, OWN.format(unit)) == []
        assert where(answers, DRAFT.format(unit)) == []
        assert where(answers, MOBILES[unit]) == []
