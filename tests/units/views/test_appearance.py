import pytest
from django.urls import reverse


def choose(client, **chosen):
    return client.post(reverse("units:appearance"), chosen)


@pytest.mark.parametrize(
    ("chosen", "drawn"),
    [
        ({"theme": "dark"}, 'data-theme="dark"'),
        ({"theme": "light"}, 'data-theme="light"'),
        ({"elder": "on"}, 'data-elder="on"'),
    ],
)
def test_the_next_page_is_drawn_as_chosen(client, db, chosen, drawn):
    choose(client, **chosen)

    assert drawn in client.get(reverse("units:login")).content.decode()


def test_following_the_device_takes_the_choice_back(client, db):
    choose(client, theme="dark")

    choose(client, theme="system")

    assert "data-theme" not in client.get(reverse("units:login")).content.decode()


def test_an_unknown_look_is_ignored(client, db):
    response = choose(client, theme="pink", elder="maybe")

    assert response.status_code == 302 and not response.cookies


@pytest.mark.parametrize(
    ("target", "back"),
    [
        ("/ledger/?status=draft", "/ledger/?status=draft"),
        ("", "/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_one_returns_to_where_one_was_and_never_elsewhere(client, db, target, back):
    assert choose(client, theme="dark", next=target).url == back


def test_looking_is_not_choosing(client, db):
    assert client.get(reverse("units:appearance")).status_code == 405
