"""The office's own names and addresses."""

import pytest

from units.models import Office, TrailEvent

pytestmark = pytest.mark.django_db

FACTS = {
    "county": "云泽县",
    "letters": "YZ",
    "commission_name": "云泽县精神文明建设委员会",
    "office_name": "云泽县文明办",
    "honor_verb": "命名",
    "contact_phone": "0000-1234567",
    "recusal_years": "3",
}


def test_director_changes_the_names_and_every_page_follows(client, ou):
    client.force_login(ou)

    client.post("/office/", FACTS)

    page = client.get("/office/").content.decode()
    assert Office.current().county == "云泽县"
    assert "云泽县文明办" in page


def test_trail_keeps_old_and_new_of_what_changed(client, ou):
    client.force_login(ou)

    client.post("/office/", FACTS)
    client.post("/office/", {**FACTS, "letters": "YX"})

    *_first, last = TrailEvent.objects.about(Office(pk=1))
    assert (last.verb, last.by, last.changes) == ("edit", ou, {"letters": ["YZ", "YX"]})
    assert [(old, new) for _label, old, new in last.change_lines] == [("YZ", "YX")]


def test_saving_without_a_change_writes_no_history(client, ou):
    client.force_login(ou)

    client.post("/office/", FACTS)
    client.post("/office/", FACTS)

    assert TrailEvent.objects.about(Office(pk=1)).count() == 1


@pytest.mark.parametrize("letters", ["", "yz1", "云泽", "A", "ABCDEFG"])
def test_letters_that_make_no_receipt_are_refused(client, ou, letters):
    client.force_login(ou)

    answer = client.post("/office/", {**FACTS, "letters": letters})

    assert "letters" in answer.context["form"].errors
    assert not TrailEvent.objects.about(Office(pk=1)).exists()


def test_case_officer_and_liaison_change_no_names(client, rui, lan):
    for person in (rui, lan):
        client.force_login(person)
        assert client.get("/office/").status_code == 403
