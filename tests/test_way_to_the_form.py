"""Loading a refused form anew leads to the page on which the form stands."""

import pytest

pytestmark = pytest.mark.django_db

IN_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/review/{pk}/accept/", "/review/{pk}/"),
        ("/review/{pk}/accept/?order=units&indicator=1", "/review/{pk}/?order=units&indicator=1"),
        ("/review/{pk}/send-back/", "/review/{pk}/"),
        ("/review/{pk}/keep/", "/review/{pk}/"),
        ("/pre-review/{pk}/decline/", "/pre-review/{pk}/"),
        ("/ranking/moderated/propose/", "/ranking/moderated/"),
        ("/ledger/{pk}/reopen/", "/ledger/{pk}/"),
    ],
)
def test_the_address_of_a_refused_form_leads_to_its_page(client, ou, furnished, sent_to, page):
    client.force_login(ou)
    pk = furnished.units["lan"].waiting.pk

    answer = client.get(sent_to.format(pk=pk), headers=IN_A_BROWSER)

    assert (answer.status_code, answer.url) == (302, page.format(pk=pk))


def test_programs_are_told_that_only_forms_are_taken(client, ou, furnished):
    client.force_login(ou)
    place = f"/review/{furnished.units['lan'].waiting.pk}/accept/"

    assert client.get(place, headers={"Accept": "*/*"}).status_code == 405
    assert client.put(place, headers=IN_A_BROWSER).status_code == 405
