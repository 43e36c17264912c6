from datetime import date

import pytest
from django.urls import reverse

from civportal.lib.clock import today
from tests.factories import LetterFactory, MembershipFactory, PaperFactory, UnitFactory, UserFactory, files
from units.actions import letter as letters
from units.models import LetterText, Office, ResponsibilityLetter, Role, TrailEvent, Unit

pytestmark = pytest.mark.django_db

YEAR = "/letters/year/2026/"


@pytest.fixture
def bureau(school):
    """The school's supervising unit."""
    bureau = UnitFactory(name="云泽县教育局", top_leader="韩守正")
    Unit.objects.filter(pk=school.pk).update(supervisor=bureau, top_leader="林知远")
    school.refresh_from_db()
    return bureau


@pytest.fixture
def department(bureau):
    """Somebody of the bureau, for its tree."""
    person = UserFactory()
    MembershipFactory(user=person, role=Role.SUPERVISOR, unit=bureau)
    return person


def sign(client, unit, year=None, **said):
    usual = {"upper": "county", "signed_on": today(), "lower_signatory": "林知远"}
    address = reverse("units:letter_sign", args=[unit.pk, year or today().year])
    return client.post(address, {**usual, **said})


# recording


@pytest.mark.parametrize("who", ["lan", "rui", "department"])
def test_the_unit_the_office_and_the_department_record_a_letter(client, request, school, bureau, who):
    client.force_login(request.getfixturevalue(who))

    response = sign(client, school, upper=bureau.pk, file=files.upload("责任书.pdf", files.pdf()))

    letter = ResponsibilityLetter.objects.get()
    assert response.url == letter.get_absolute_url()
    assert (letter.upper, letter.unit, letter.paper.unit) == (bureau, school, school)
    assert client.get(letter.get_absolute_url()).status_code == 200


def test_the_form_knows_the_parties_and_their_leaders(client, rui, school, bureau):
    client.force_login(rui)

    form = client.get(reverse("units:letter_sign", args=[school.pk, 2026])).context["form"]

    assert form.initial["upper"] == str(bureau.pk)
    assert (form.initial["upper_signatory"], form.initial["lower_signatory"]) == ("韩守正", "林知远")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"upper": "9" * 40}, "upper"),
        ({"upper": "x"}, "upper"),
        ({"signed_on": "9999-12-31"}, "__all__"),
        ({"signed_on": "2001-01-01"}, "__all__"),
        ({"signed_on": ""}, "signed_on"),
        ({"lower_signatory": "\u200b"}, "lower_signatory"),
        ({"lower_signatory": "长" * 61}, "lower_signatory"),
        ({"upper_signatory": "a\0b"}, "upper_signatory"),
        ({"file": "docx"}, "file"),
    ],
)
def test_bad_input_is_said_and_nothing_is_recorded(client, lan, school, said, field):
    client.force_login(lan)
    if "file" in said:
        said = {"file": files.upload("a.docx", files.docx())}

    response = sign(client, school, **said)

    assert response.status_code == 200 and field in response.context["form"].errors
    assert not ResponsibilityLetter.objects.exists()


def test_a_second_click_is_told_who_was_first(client, lan, school):
    client.force_login(lan)
    sign(client, school)

    response = sign(client, school)

    assert "兰晓" in response.content.decode() and ResponsibilityLetter.objects.count() == 1


@pytest.mark.parametrize("year", [0, 1999, 2100, 10**15])
def test_a_year_of_no_letters_leads_nowhere(client, ou, school, year):
    client.force_login(ou)
    unit_pages = ("letter_sign", "letter_print", "letters_print_below")
    pages = [reverse(f"units:{name}", args=[school.pk, year]) for name in unit_pages]
    pages += [
        reverse(f"units:{name}", args=[year]) for name in ("letters_of", "letter_text", "letters_print")
    ]

    assert {client.get(page).status_code for page in pages} == {404}


def test_a_scan_is_added_later(client, lan, school):
    client.force_login(lan)
    letter = LetterFactory(unit=school)

    refused = client.post(reverse("units:letter_attach", args=[letter.pk]), {})
    client.post(
        reverse("units:letter_attach", args=[letter.pk]), {"file": files.upload("a.jpg", files.jpg())}
    )

    assert refused.status_code == 422
    assert ResponsibilityLetter.objects.get().paper.kind == "jpg"


def test_only_the_office_strikes_a_letter_out_and_says_why(client, lan, rui, school):
    letter = LetterFactory(unit=school)
    address = reverse("units:letter_delete", args=[letter.pk])
    client.force_login(lan)
    assert client.post(address, {"note": "登记错了"}).status_code == 403
    client.force_login(rui)

    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "登记错了"}).url == YEAR
    assert "登记错了" in TrailEvent.objects.about(school).get().note


# the tree


def rows(client, **asked):
    return [row.name for row in client.get(YEAR, asked).context["rows"]]


def test_the_office_sees_who_signed_and_where_the_gaps_are(client, rui, school, bureau, bank):
    client.force_login(rui)
    paper = PaperFactory(unit=school)
    letter = LetterFactory(unit=school, upper=bureau, upper_signatory="韩守正", paper=paper)

    html = client.get(YEAR).content.decode()

    assert rows(client) == ["云泽县教育局", "云泽县第一小学", "云泽县农商银行"]
    assert "1 / 3" in html and "韩守正" in html and letter.get_absolute_url() in html
    assert paper.get_absolute_url() in html
    assert reverse("units:letter_sign", args=[bank.pk, 2026]) in html


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"gaps": "on"}, ["云泽县教育局", "云泽县农商银行"]),
        ({"q": "农商"}, ["云泽县农商银行"]),
        ({"q": "没有的"}, []),
        ({"under": "bureau"}, ["云泽县教育局", "云泽县第一小学"]),
        ({"under": "bureau", "gaps": "on"}, ["云泽县教育局"]),
        ({"under": "²", "town": "9" * 40}, ["云泽县教育局", "云泽县第一小学", "云泽县农商银行"]),
        ({"open": "\0", "page": "²"}, ["云泽县教育局", "云泽县第一小学", "云泽县农商银行"]),
    ],
)
def test_the_tree_is_narrowed(client, rui, school, bureau, bank, asked, found):
    client.force_login(rui)
    LetterFactory(unit=school)

    assert (
        rows(client, **{key: bureau.pk if value == "bureau" else value for key, value in asked.items()})
        == found
    )


def test_a_department_sees_its_own_tree_and_a_unit_its_own_line(
    client, department, lan, school, bureau, bank
):
    client.force_login(department)
    assert rows(client) == ["云泽县教育局", "云泽县第一小学"]
    assert client.get(reverse("units:letter_sign", args=[bank.pk, 2026])).status_code == 404

    client.force_login(lan)
    assert rows(client) == ["云泽县第一小学"]


def test_a_tree_without_units_says_what_to_do(client, rui):
    client.force_login(rui)

    assert "应创" in client.get(YEAR).content.decode()


def test_a_year_without_gaps_is_told(client, rui, bank):
    client.force_login(rui)
    LetterFactory(unit=bank)

    assert "没有缺口" in client.get(YEAR, {"gaps": "on"}).content.decode()


@pytest.mark.parametrize("count", [1, 5, 50])
@pytest.mark.parametrize("who", ["rui", "department"])
def test_the_tree_costs_the_same_however_large(
    client, request, bureau, who, count, django_assert_max_num_queries
):
    client.force_login(request.getfixturevalue(who))
    for unit in UnitFactory.create_batch(count, supervisor=bureau):
        LetterFactory(unit=unit, upper=bureau, paper=PaperFactory(unit=unit))
    client.get(YEAR)

    # A department's navigation counts what waits for its word.
    with django_assert_max_num_queries(8 if who == "rui" else 10):
        client.get(YEAR)


def test_a_tree_of_many_tops_is_paged(client, rui):
    client.force_login(rui)
    UnitFactory.create_batch(120)

    assert len(rows(client)) == 100
    assert len(rows(client, page="2")) == 20
    assert len(rows(client, open="all")) == 120


# on paper


def test_a_letter_is_printed_with_its_parties(client, lan, school, bureau):
    client.force_login(lan)

    html = client.get(reverse("units:letter_print", args=[school.pk, 2026])).content.decode()

    assert "云泽县教育局" in html and "云泽县第一小学" in html and "2026年度" in html and "【" not in html


def test_all_letters_of_one_upper_party_are_printed_together(client, department, rui, school, bureau, bank):
    Office(commission_name="云泽县精神文明建设委员会").save()
    client.force_login(department)
    below = client.get(reverse("units:letters_print_below", args=[bureau.pk, 2026]))
    client.force_login(rui)
    county = client.get(reverse("units:letters_print", args=[2026]))

    assert [unit for unit, _title, _lines in below.context["filled"]] == [school]
    assert {unit for unit, _title, _lines in county.context["filled"]} == {bureau, bank}
    assert "云泽县精神文明建设委员会" in county.content.decode()


def test_the_director_words_the_letters_of_a_year(client, ou, rui):
    address = reverse("units:letter_text", args=[2026])
    client.force_login(rui)
    assert client.get(address).status_code == 403
    client.force_login(ou)
    assert "【甲方】" in client.get(address).content.decode()

    response = client.post(address, {"title": "责任书", "body": "<b>一</b>\n二", "seen": 0})

    assert response.url == address and LetterText.objects.get().body == "<b>一</b>\n二"


def test_two_who_word_the_letters_are_told_of_each_other(client, ou, admin):
    letters.edit_text(2026, {"title": "甲书", "body": "正文"}, by=admin, seen=0)
    client.force_login(ou)

    response = client.post(
        reverse("units:letter_text", args=[2026]), {"title": "乙书", "body": "正文", "seen": 0}
    )

    assert "安宁" in response.content.decode() and LetterText.objects.get().title == "甲书"


@pytest.mark.parametrize("said", [{"title": ""}, {"body": "长" * 10_001}, {"title": "a\0b"}, {"seen": "²"}])
def test_a_bad_wording_is_refused(client, ou, said):
    client.force_login(ou)

    response = client.post(
        reverse("units:letter_text", args=[2026]), {"title": "甲", "body": "乙", "seen": 0, **said}
    )

    assert response.status_code == 200 and response.context["form"].errors
    assert not LetterText.objects.exists()


def test_hostile_words_are_printed_as_they_stand(client, ou, school):
    letters.edit_text(2026, {"title": "<script>x</script>", "body": "{{ x }}【乙方】"}, by=ou)
    client.force_login(ou)

    html = client.get(reverse("units:letter_print", args=[school.pk, 2026])).content.decode()

    assert "<script>x</script>" not in html and "{{ x }}云泽县第一小学" in html


def test_last_years_letters_stand_apart(client, rui, school):
    client.force_login(rui)
    LetterFactory(unit=school, year=2025, signed_on=date(2025, 2, 1))

    assert client.get(YEAR).context["tree"].signed_count == 0
    assert client.get("/letters/year/2025/").context["tree"].signed_count == 1
