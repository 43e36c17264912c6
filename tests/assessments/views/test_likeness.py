"""What is worth a look, on the pages of the unit and of the reviewer."""

import re

import pytest
from django.urls import reverse

from assessments.actions import likeness
from assessments.models import LedgerEntry, LikenessOpinion
from tests.factories import ClaimFactory, EntryFactory, EvidenceFactory, UnitYearFactory
from tests.likeness import writings
from tests.likeness.photos import photo

TEXT = writings.text_of(writings.report("school", "cleaning", 1))
SECRET = "只有银行才知道的一句话"


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def marked(entry, name, content=None):
    file = EvidenceFactory(entry=entry, content=content or photo(), name=name)
    likeness.mark(file)
    likeness.mark_text(entry)
    return file


@pytest.fixture
def foreign(bank, year):
    """What another unit handed in: the same photo and the same text, with words of its own."""
    entry = EntryFactory(
        unit=bank, cycle=year, submitted=True, title=f"{SECRET}标题", place=SECRET, text=f"{TEXT}{SECRET}。"
    )
    marked(entry, f"{SECRET}.jpg")
    return entry


@pytest.fixture
def entry(school, year, foreign):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(unit=school, cycle=year, text=TEXT)
    ClaimFactory(entry=entry)
    marked(entry, "合影.jpg")
    return entry


def handed_in(entry):
    LedgerEntry.objects.filter(pk=entry.pk).delete()
    after = EntryFactory(
        unit=entry.unit, cycle=entry.cycle, submitted=True, text=TEXT, created_by=entry.created_by
    )
    ClaimFactory(entry=after)
    marked(after, "合影.jpg")
    return after


def about(file):
    return {"kind": "photo", "subject": file.sha256}


@pytest.mark.parametrize("page", ["entry_edit", "entry_submit", "entry"])
def test_the_liaison_is_told_calmly_and_sees_nothing_of_the_other_unit(client, lan, entry, foreign, page):
    client.force_login(lan)

    content = client.get(address(page, entry.pk)).content.decode()

    assert 'id="likeness"' in content
    assert "合影.jpg" in content
    for hidden in (
        SECRET,
        foreign.unit.name,
        address("entry", foreign.pk),
        address("evidence_page", foreign.files.get().pk, 1),
    ):
        assert hidden not in content


def test_while_it_is_written_the_findings_are_asked_for_anew(client, lan, entry, foreign):
    client.force_login(lan)

    content = client.get(address("likeness", entry.pk)).content.decode()

    assert "<html" not in content
    assert "合影.jpg" in content
    assert f'value="{address("entry_edit", entry.pk)}"' in content
    assert SECRET not in content


def test_with_nothing_found_the_box_stays_and_hides(client, lan, entry):
    entry.files.all().delete()
    LedgerEntry.objects.filter(pk=entry.pk).update(text="")
    likeness.mark_text(LedgerEntry.objects.get(pk=entry.pk))
    client.force_login(lan)

    content = client.get(address("likeness", entry.pk)).content.decode()

    assert 'id="likeness" hidden' in content
    assert "hx-get" in content


def test_they_are_for_whoever_may_write_the_record(client, lan, mei, rui, entry):
    for person, status in ((lan, 200), (mei, 404)):
        client.force_login(person)
        assert client.get(address("likeness", entry.pk)).status_code == status
    entry = handed_in(entry)
    for person in (lan, rui):
        client.force_login(person)
        assert client.get(address("likeness", entry.pk)).status_code == 403


def test_the_liaison_cannot_fetch_the_other_units_photo_either(client, lan, entry, foreign):
    client.force_login(lan)

    assert client.get(address("evidence_page", foreign.files.get().pk, 1)).status_code == 404


def test_the_reviewer_sees_both_photos_and_both_texts(client, rui, entry, foreign):
    entry = handed_in(entry)
    client.force_login(rui)

    content = client.get(address("review", entry.pk)).content.decode()

    for file in (entry.files.get(), foreign.files.get()):
        assert address("evidence_page", file.pk, 1) in content
    assert f"<mark>{TEXT.rstrip('。')}</mark>" in content
    assert SECRET in content
    assert str(foreign.unit) in content


def test_an_entry_with_nothing_to_look_at_shows_no_box(client, lan, school, year):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)

    for page in ("entry_edit", "entry_submit", "entry"):
        content = client.get(address(page, EntryFactory(unit=school, cycle=year).pk)).content.decode()
        assert "likeness-title" not in content


def test_the_explanation_reaches_the_reviewer(client, lan, rui, entry):
    client.force_login(lan)
    back = address("entry_submit", entry.pk)

    response = client.post(
        address("likeness_explain", entry.pk),
        about(entry.files.get()) | {"note": "两单位联合开展", "next": back},
    )

    assert response.url == f"{back}#likeness"
    [finding] = [it for it in likeness.findings(entry, for_user=rui) if it.kind == "photo"]
    assert finding.explanation.note == "两单位联合开展"
    assert "两单位联合开展" in client.get(back).content.decode()


def test_the_reviewers_refusal_stands_in_the_letter_that_returns_the_entry(client, rui, entry):
    entry = handed_in(entry)
    client.force_login(rui)

    client.post(
        address("likeness_judge", entry.pk),
        about(entry.files.get()) | {"verdict": "not_acceptable", "note": "请换成本单位的照片"},
    )

    letter = client.get(address("review", entry.pk)).context["back_form"]["note"].value()
    assert letter == "合影.jpg: 请换成本单位的照片"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "photo"},
        {"kind": "x", "subject": "0" * 64, "note": "x", "verdict": "fine"},
        {"kind": "photo", "subject": "../../etc", "note": "x", "verdict": "fine"},
        {"kind": "photo", "subject": "0" * 64, "note": "x", "verdict": "fine"},
        {"kind": "photo", "subject": "0" * 64, "note": "x" * 300, "verdict": "explained"},
        {"kind": "text", "subject": "\x00" * 64, "note": "\x00", "verdict": "not_acceptable"},
    ],
)
def test_nonsense_is_answered_with_a_sentence(client, lan, rui, entry, said):
    waiting = handed_in(entry)
    draft = EntryFactory(unit=entry.unit, cycle=entry.cycle)

    for user, name, one in ((lan, "likeness_explain", draft), (rui, "likeness_judge", waiting)):
        client.force_login(user)
        response = client.post(address(name, one.pk), said, follow=True)
        assert response.status_code == 200
        assert list(response.context["messages"])

    assert not LikenessOpinion.objects.exists()


@pytest.mark.parametrize(
    ("who", "explains", "judges"),
    [("lan", 302, 403), ("mei", 404, 404), ("rui", 404, 302), ("ou", 404, 302), ("shen", 404, 403)],
)
def test_the_unit_explains_and_the_office_judges(client, request, entry, who, explains, judges):
    client.force_login(request.getfixturevalue(who))
    subject = about(entry.files.get())

    explained = client.post(address("likeness_explain", entry.pk), subject | {"note": "联合开展"})
    waiting = handed_in(entry)
    judged = client.post(address("likeness_judge", waiting.pk), subject | {"verdict": "fine"})

    assert (explained.status_code, judged.status_code) == (explains, judges)


@pytest.mark.parametrize("page", ["entry_edit", "entry_submit", "entry"])
def test_pages_cost_the_same_queries_however_much_there_is_to_look_at(
    client, lan, school, bank, year, page, django_assert_max_num_queries
):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(unit=school, cycle=year, text=TEXT)
    client.force_login(lan)

    spent = []
    for numbers in ([0], [1, 4, 10]):
        for number in numbers:
            other = EntryFactory(unit=bank, cycle=year, submitted=True, text=TEXT)
            for one in (other, entry):
                marked(one, "照片.jpg", photo(place=number))
        with django_assert_max_num_queries(40) as queries:
            assert client.get(address(page, entry.pk)).context["looks"]
        spent.append(len(queries))

    assert spent[0] == spent[1]


def review_page_of(client, entry):
    """The page of the review as it is asked for from a filtered queue, with another record waiting."""
    ClaimFactory(entry=EntryFactory(cycle=entry.cycle, submitted=True))
    return client.get(address("review", entry.pk), {"order": "units"})


def test_whoever_judges_comes_back_to_the_review_and_not_to_the_next_record(client, rui, entry):
    entry = handed_in(entry)
    client.force_login(rui)
    page = review_page_of(client, entry)
    [back] = set(re.findall(r'name="next" value="([^"]+)"', page.content.decode()))

    judged = client.post(
        address("likeness_judge", entry.pk), about(entry.files.get()) | {"verdict": "fine", "next": back}
    )

    assert page.context["next"]
    assert judged.url == f"{address('review', entry.pk)}?order=units#likeness"


def test_a_flag_is_judged_within_the_page(client, rui, entry):
    entry = handed_in(entry)
    client.force_login(rui)
    said = about(entry.files.get()) | {"verdict": "not_acceptable", "note": "请换成本单位的照片"}

    part = client.post(address("likeness_judge", entry.pk), said, headers={"HX-Request": "true"})

    content = part.content.decode()
    assert "<html" not in content
    assert f'id="like-photo-{entry.files.get().sha256[:18]}"' in content
    assert 'data-letter="合影.jpg: 请换成本单位的照片"' in content
    assert not list(client.get(address("review", entry.pk)).context["messages"])


def test_a_refusal_without_a_reason_is_explained_at_its_flag(client, rui, entry):
    entry = handed_in(entry)
    client.force_login(rui)
    said = about(entry.files.get()) | {"verdict": "not_acceptable", "note": " "}

    part = client.post(address("likeness_judge", entry.pk), said, headers={"HX-Request": "true"})

    content = part.content.decode()
    assert content.count("请写明不予认可的理由") == 1
    assert not LikenessOpinion.objects.exists()


def test_what_is_gone_meanwhile_shows_the_page_anew(client, rui, entry):
    entry = handed_in(entry)
    client.force_login(rui)
    said = {"kind": "photo", "subject": "0" * 64, "verdict": "fine"}

    part = client.post(address("likeness_judge", entry.pk), said, headers={"HX-Request": "true"})

    assert part["HX-Refresh"] == "true"
    assert list(client.get(address("review", entry.pk)).context["messages"])
