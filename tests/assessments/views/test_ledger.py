"""The ledger in the browser's terms: pages, redirects, refusals."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.urls import reverse

from assessments.actions import evidence, guide, ledger
from assessments.forms.ledger import EntryFilter
from assessments.models import Indicator, LedgerEntry, Standard
from civportal.lib.workdays import Workdays
from tests.factories import (
    ClaimFactory,
    CycleFactory,
    DutyFactory,
    EntryFactory,
    EvidenceFactory,
    LevelFactory,
    ReviewFactory,
    UnitYearFactory,
    files,
)
from units.models import TrailEvent


@pytest.fixture
def as_lan(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)
    return client


@pytest.fixture
def draft(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)
    ClaimFactory(entry=entry)
    return entry


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def filled(entry, **changes):
    """What the browser posts from the edit page, with what stood there when it was opened."""
    ticks = [claim.indicator_id for claim in entry.claims.all()]
    seen = {
        "initial-title": entry.title, "initial-place": entry.place, "initial-text": entry.text,
        "initial-held_on": entry.held_on or "", "initial-kind": entry.kind, "initial-indicators": ticks,
    }  # fmt: skip
    values = {
        "title": entry.title, "kind": entry.kind, "held_on": "2026-06-01", "place": "老街",
        "text": "三十人参加。", "indicators": ticks,
    }  # fmt: skip
    return {**seen, **values, **changes}


def kept(client, entry, version=None, **changes):
    """What the page sends while somebody goes on writing, and what it is answered."""
    seen = {f"initial-{name}": getattr(entry, name) or "" for name in changes if name != "indicators"}
    sent = {
        "version": entry.version if version is None else version,
        "fields": list(changes),
        **seen,
        **changes,
    }
    return client.post(address("entry_keep", entry.pk), sent)


def test_a_record_begins_with_its_title_and_the_indicator_of_the_task(as_lan, year):
    response = as_lan.post(address("entry_new") + "?indicator=A1", {"title": "清扫老街"})

    entry = LedgerEntry.objects.get()
    assert response.url == address("entry_edit", entry.pk)
    assert [claim.indicator.code for claim in entry.claims.all()] == ["A1"]


def test_without_an_open_year_the_page_says_so(client, lan):
    client.force_login(lan)

    response = client.get(address("entry_new"))

    assert response.templates[0].name == "assessments/ledger/closed.html"


def test_saving_leads_back_to_the_page_and_checking_leads_on(as_lan, draft):
    saved = as_lan.post(address("entry_edit", draft.pk), filled(draft))
    draft.refresh_from_db()
    checked = as_lan.post(address("entry_edit", draft.pk), filled(draft, check="1"))

    assert saved.url == address("entry_edit", draft.pk)
    assert checked.url == address("entry_submit", draft.pk)
    assert draft.place == "老街"


def test_a_draft_may_have_gaps(as_lan, draft):
    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, held_on="", text="", indicators=[]))

    assert response.status_code == 302


def test_what_was_typed_stays_when_something_is_wrong(as_lan, draft):
    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, held_on="never", place="东门"))

    assert response.status_code == 200
    assert "东门" in response.content.decode()


def test_two_editors_see_each_other_instead_of_losing_work(as_lan, draft):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第一人写的", text=draft.text))

    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第二人写的", text="又写"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "第一人写的" in page and "第二人写的" in page
    draft.refresh_from_db()
    assert (draft.place, draft.text) == ("第一人写的", "又写"), "the rest is saved all the same"


def test_saving_again_after_seeing_the_other_one_replaces(as_lan, draft):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第一人写的"))
    shown = as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第二人写的"))
    seen = {f"initial-{name}": value for name, value in [("place", "第一人写的")]}
    assert "第一人写的" in "".join(map(str, shown.context["form"].seen_inputs))

    as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第二人写的", **seen))

    draft.refresh_from_db()
    assert draft.place == "第二人写的"


# ── saved while one writes ───────────────────────────────────────────────────────────────────────


def test_a_field_is_kept_while_its_writer_goes_on(as_lan, draft):
    answer = kept(as_lan, draft, text="三十人参加。").json()

    draft.refresh_from_db()
    assert draft.text == "三十人参加。"
    assert answer["version"] == draft.version
    assert answer["saved"].count(":") == 2
    assert "values" not in answer, "nobody else has written"


def test_a_pause_asks_only_for_what_it_needs(as_lan, draft, django_assert_max_num_queries):
    EvidenceFactory.create_batch(3, entry=draft)

    with django_assert_max_num_queries(9):
        kept(as_lan, draft)
    with django_assert_max_num_queries(14):
        kept(as_lan, draft, place="老街")
    with django_assert_max_num_queries(6):
        as_lan.get(address("entry_recipes", draft.pk))


def test_ticks_are_kept_too_even_when_none_is_left(as_lan, draft):
    ticks = [claim.indicator_id for claim in draft.claims.all()]

    as_lan.post(address("entry_keep", draft.pk), {"fields": "indicators", "initial-indicators": ticks})

    assert not draft.claims.exists()


def test_what_others_wrote_comes_with_the_next_answer(as_lan, draft):
    kept(as_lan, draft, place="老街")

    answer = kept(as_lan, draft).json()

    assert answer["values"]["place"] == "老街"
    assert set(answer["values"]) >= {"title", "held_on", "indicators"}


def test_a_place_where_both_wrote_is_left_and_told(as_lan, draft):
    kept(as_lan, draft, place="老街", kind="meeting")

    answer = kept(as_lan, draft, place="新街", kind="training").json()

    assert answer["clashes"]["place"] == {"value": "老街", "text": "老街"}
    assert answer["clashes"]["kind"] == {"value": "meeting", "text": "会议"}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("held_on", "昨天"),
        ("attendance", "很多"),
        ("title", ""),
        ("links", "见公众号"),
        ("attendance", "9" * 12),
    ],
)
def test_a_mistake_is_told_at_its_field_and_the_rest_is_kept(as_lan, draft, field, typed):
    answer = kept(as_lan, draft, place="老街", **{field: typed}).json()

    draft.refresh_from_db()
    assert list(answer["errors"]) == [field]
    assert draft.place == "老街"


@pytest.mark.parametrize(
    "sent", [{"fields": "status"}, {"fields": ["x"] * 50}, {"fields": "title", "title": "字" * 5000}]
)
def test_what_the_page_would_never_send_changes_nothing(as_lan, draft, sent):
    response = as_lan.post(address("entry_keep", draft.pk), sent)

    assert response.status_code == 200
    assert LedgerEntry.objects.get().version == draft.version


def test_what_is_handed_in_cannot_be_kept_any_more(as_lan, year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)

    assert kept(as_lan, entry, place="老街").status_code == 403


# ── what the indicators ask for ──────────────────────────────────────────────────────────────────


def test_the_page_shows_what_is_asked_and_takes_what_the_files_show(as_lan, draft):
    Indicator.objects.filter(claims__entry=draft).update(recipe={"files_at_least": 2, "must_show": ["横幅"]})
    claim = draft.claims.get()

    page = as_lan.get(address("entry_recipes", draft.pk)).content.decode()
    as_lan.post(address("entry_recipes", draft.pk), {"shows": [f"{claim.pk}:横幅", "x:横幅", "横幅"]})

    assert "横幅" in page and "2" in page
    claim.refresh_from_db()
    assert claim.declared == ["横幅"]


def test_a_record_of_an_earlier_year_is_offered_to_begin_from(as_lan, school, year, lan, bank):
    last = CycleFactory(year=2025, status="closed")
    own = EntryFactory(cycle=last, unit=school, accepted=True, title="去年清扫")
    foreign = EntryFactory(cycle=last, unit=bank, accepted=True, title="别家的")

    offered = as_lan.get(address("entry_new")).context["earlier"]
    begun = as_lan.post(address("entry_new_like", own.pk))

    assert list(offered) == [own]
    assert begun.url == address("entry_edit", LedgerEntry.objects.get(based_on=own).pk)
    assert as_lan.post(address("entry_new_like", foreign.pk)).status_code == 404


# ── entered by the office for a unit ─────────────────────────────────────────────────────────────


@pytest.fixture
def entered(client, rui, year, school):
    """Rui enters the school's paper: begun, written, with a scan, handed in."""
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(rui)
    client.post(address("entry_new_for_unit"), {"unit": school.name, "title": "清扫老街"})
    entry = LedgerEntry.objects.get()
    ClaimFactory(entry=entry)
    client.post(address("entry_edit", entry.pk), filled(entry))
    return entry


def test_the_office_enters_a_units_paper_and_its_scan_is_asked_for(client, entered):
    client.post(address("entry_submit", entered.pk))
    assert LedgerEntry.objects.get().status == "draft", "there is no scan"

    client.post(address("evidence_add", entered.pk), {"files": [files.upload("扫描.jpg", files.jpg())]})
    client.post(address("entry_submit", entered.pk))

    entry = LedgerEntry.objects.get()
    assert (entry.status, entry.on_behalf, entry.unit) == ("submitted", True, entered.unit)


def test_the_unit_sees_it_among_its_tasks_and_confirms_it(client, entered, lan, rui):
    evidence.add(entered, files.upload("扫描.jpg", files.jpg()), by=rui)
    ledger.submit(entered, by=rui)
    client.force_login(lan)

    home = client.get(reverse("assessments:home"))
    assert address("entry", entered.pk) in [task.href for task in home.context["owed"]]
    client.post(address("entry_confirm", entered.pk))

    entered.refresh_from_db()
    assert (entered.confirmed_by, entered.status) == (lan, "submitted")
    assert client.post(address("entry_confirm", entered.pk)).status_code == 403, "once is enough"


def test_whoever_entered_it_does_not_judge_it(client, entered, rui, ou):
    evidence.add(entered, files.upload("扫描.jpg", files.jpg()), by=rui)
    ledger.submit(entered, by=rui)

    assert entered not in LedgerEntry.objects.to_decide_by(rui)
    assert entered in LedgerEntry.objects.to_decide_by(ou)
    points = {f"points_{entered.claims.get().pk}": "1", "version": entered.version}
    assert client.post(address("entry_accept", entered.pk), points).status_code == 403


def test_a_draft_entered_for_a_unit_is_its_writers_and_the_units(client, entered, lan, ou):
    client.force_login(ou)
    assert client.get(address("entry", entered.pk)).status_code == 404

    client.force_login(lan)
    assert client.get(address("entry_edit", entered.pk)).status_code == 200


@pytest.mark.parametrize("named", ["云泽县第一小学", "没有这个单位", ""])
def test_for_a_unit_that_takes_no_part_nothing_begins(client, rui, year, school, named):
    client.force_login(rui)

    response = client.post(address("entry_new_for_unit"), {"unit": named, "title": "清扫老街"})

    assert response.status_code == 200 and "unit" in response.context["form"].errors
    assert not LedgerEntry.objects.exists()


# ── how a record is written well ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", LedgerEntry.Kind.values)
def test_every_kind_of_record_has_its_guide(as_lan, kind):
    page = as_lan.get(address("guide_beside"), {"kind": kind}).content.decode()

    assert guide.usual()[kind]["good"][:12] in page


GUIDE = {"why": "看做了什么", "good": "好例子", "bad": "", "template": "", "seen": 0}


def test_the_office_words_a_guide_and_the_form_shows_it(client, ou, lan, draft, year, school):
    client.force_login(ou)
    client.post(address("guide_edit", "activity"), GUIDE)
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)

    assert "好例子" in client.get(address("entry_edit", draft.pk)).content.decode()
    assert [event.verb for event in TrailEvent.objects.all()] == ["edit"]


def test_the_second_of_two_who_word_a_guide_is_told_and_loses_nothing(client, ou, admin):
    for person, words in ((ou, {"good": "欧的例子"}), (admin, {"bad": "管理员的反例"})):
        client.force_login(person)
        page = client.post(address("guide_edit", "activity"), GUIDE | words)

    assert page.status_code == 200
    [told] = page.context["form"].non_field_errors()
    assert ou.name in told and "欧的例子" in told
    assert "管理员的反例" in page.content.decode()
    assert guide.of("activity").good == "欧的例子"

    client.post(
        address("guide_edit", "activity"), GUIDE | {"good": "欧的例子", "bad": "管理员的反例", "seen": 1}
    )
    kept = guide.of("activity")
    assert (kept.good, kept.bad, kept.version) == ("欧的例子", "管理员的反例", 2)


def test_a_guide_saved_as_it_is_writes_no_history(client, ou):
    client.force_login(ou)
    client.post(address("guide_edit", "activity"), GUIDE)
    client.post(address("guide_edit", "activity"), GUIDE | {"seen": 1})

    assert TrailEvent.objects.count() == 1


def test_a_kind_that_does_not_exist_is_told_at_its_field(as_lan, draft):
    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, kind="a\0"))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["kind"]
    assert response.context["guide"].kind == draft.kind


def test_a_kind_that_does_not_exist_has_no_guide(as_lan):
    assert as_lan.get(address("guide_beside"), {"kind": "x"}).status_code == 404


def test_handing_in_shows_the_receipt(as_lan, draft):
    response = as_lan.post(address("entry_submit", draft.pk), follow=True)

    assert "XX-2026-0001" in response.content.decode()


def test_the_check_page_names_the_gaps_and_offers_no_hand_in(as_lan, draft):
    LedgerEntry.objects.update(place="")

    response = as_lan.get(address("entry_submit", draft.pk))

    assert [field for field, _sentence in response.context["gaps"]] == ["place"]


def test_handing_in_with_gaps_leads_back_to_the_check(as_lan, draft):
    LedgerEntry.objects.update(place="")

    response = as_lan.post(address("entry_submit", draft.pk))

    assert response.url == address("entry_submit", draft.pk)
    assert LedgerEntry.objects.get().status == "draft"


def test_a_returned_entry_shows_the_reason_and_can_be_corrected(as_lan, year, school, lan, rui):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, returned=True)
    ReviewFactory(entry=entry, verdict="returned", note="缺签到表", by=rui)

    response = as_lan.get(address("entry_edit", entry.pk))

    assert "缺签到表" in response.content.decode()


def test_taking_back_and_throwing_away(as_lan, draft):
    as_lan.post(address("entry_submit", draft.pk))
    as_lan.post(address("entry_withdraw", draft.pk))

    assert LedgerEntry.objects.get().status == "draft"
    assert as_lan.post(address("entry_delete", draft.pk)).status_code == 403


def test_a_draft_never_handed_in_can_be_thrown_away(as_lan, draft):
    as_lan.post(address("entry_delete", draft.pk))

    assert not LedgerEntry.objects.exists()


def test_a_thrown_away_draft_is_fetched_back_from_the_bin(as_lan, draft):
    as_lan.post(address("entry_delete", draft.pk))
    assert as_lan.get(address("entry", draft.pk)).status_code == 404
    assert list(as_lan.get(address("entries_thrown_away")).context["page"]) == [draft]

    as_lan.post(address("entry_restore", draft.pk))

    assert as_lan.get(address("entry_edit", draft.pk)).status_code == 200


def test_a_colleague_elsewhere_finds_nothing_in_the_bin(as_lan, client, mei, draft):
    as_lan.post(address("entry_delete", draft.pk))
    client.force_login(mei)

    assert not client.get(address("entries_thrown_away")).context["page"].object_list
    assert client.post(address("entry_restore", draft.pk)).status_code == 404


def test_the_record_as_it_was_handed_in_can_be_read_after_it_changed(as_lan, draft, lan):
    shown = evidence.add(draft, files.upload("签到.jpg", files.jpg()), by=lan)
    ledger.withdraw(ledger.submit(draft, by=lan), by=lan)
    ledger.edit(draft, {"place": "改了"}, by=lan)
    evidence.remove(shown, by=lan)

    page = as_lan.get(address("entry_edition", draft.pk, 1)).content.decode()

    assert "会议室" in page and "改了" not in page
    assert "签到.jpg" in page
    assert as_lan.get(reverse("assessments:evidence", args=[shown.pk])).status_code == 200
    assert as_lan.get(address("entry_edition", draft.pk, 2)).status_code == 404


@pytest.mark.parametrize("name", ["entry", "entry_edit", "entry_submit"])
def test_a_foreign_record_is_not_there(client, mei, draft, name):
    client.force_login(mei)

    assert client.get(address(name, draft.pk)).status_code == 404
    assert client.get(address(name, 999_999)).status_code == 404


@pytest.mark.parametrize(
    "name", ["entry_edit", "entry_submit", "entry_withdraw", "entry_delete", "entry_reopen", "entry_accept",
             "entry_send_back", "review_open"]
)  # fmt: skip
def test_a_foreign_record_is_not_there_to_be_changed(client, mei, draft, name):
    client.force_login(mei)

    assert client.post(address(name, draft.pk), filled(draft)).status_code == 404


def test_a_draft_is_not_there_for_the_office(client, rui, draft):
    client.force_login(rui)

    assert client.get(address("entry", draft.pk)).status_code == 404


def test_the_form_describes_the_levels_of_what_can_be_proved(as_lan, draft, year):
    indicator = year.standard.indicators.proved_by_ledger().first()
    Standard.objects.update(status="draft")
    LevelFactory(indicator=indicator, words="人人到场")

    assert "人人到场" in as_lan.get(address("entry_edit", draft.pk)).content.decode()


@pytest.mark.parametrize("rows", [1, 5, 50])
@pytest.mark.parametrize("who", ["lan", "rui"])
def test_the_list_costs_the_same_queries_however_long(
    client, request, year, school, lan, rows, who, django_assert_num_queries
):
    for entry in EntryFactory.create_batch(rows, cycle=year, unit=school, created_by=lan, accepted=True):
        ClaimFactory(entry=entry)
        EvidenceFactory(entry=entry)
    client.force_login(request.getfixturevalue(who))

    with django_assert_num_queries(7 if who == "rui" else 6):
        response = client.get(address("entries"))

    assert len(response.context["page"]) == rows


def test_the_list_goes_on_by_key_and_back_to_its_start(client, rui, year):
    EntryFactory.create_batch(51, cycle=year, submitted=True)
    client.force_login(rui)

    first = client.get(address("entries")).context["page"]
    second = client.get(f"{address('entries')}?{first.next_query}").context["page"]

    assert len(first) == 50 and not first.first_query
    assert len(second) == 1 and not second.next_query
    assert not set(first) & set(second)


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01,x", "x,1", ",", "2026-13-45T00:00:00,1"])
def test_an_address_that_makes_no_sense_shows_the_first_page(client, rui, year, after):
    EntryFactory(cycle=year, submitted=True)
    client.force_login(rui)

    assert len(client.get(address("entries"), {"after": after}).context["page"]) == 1


def test_the_list_is_narrowed_by_words_status_and_indicator(as_lan, draft, year, school, lan):
    other = EntryFactory(cycle=year, unit=school, created_by=lan, accepted=True, title="道德讲堂")

    by_word = as_lan.get(address("entries"), {"q": "讲堂"}).context["page"]
    by_status = as_lan.get(address("entries"), {"status": "accepted"}).context["page"]
    by_indicator = as_lan.get(address("entries"), {"indicator": draft.claims.get().indicator_id}).context[
        "page"
    ]

    assert list(by_word) == list(by_status) == [other]
    assert list(by_indicator) == [draft]


# ── records that answer a duty ───────────────────────────────────────────────────────────────────


def begun_from(duty):
    return f"{address('entry_new')}?duty={duty}"


def test_a_record_begun_from_a_duty_answers_it(as_lan, year, school):
    duty = DutyFactory(cycle=year, unit=school, kind="deployment")

    page = as_lan.get(begun_from(duty.pk))
    as_lan.post(begun_from(duty.pk), {"title": "部署会"})

    entry = LedgerEntry.objects.get()
    assert page.context["form"].initial["title"]
    assert (entry.kind, entry.answers) == ("deployment", duty)
    assert as_lan.get(begun_from(duty.pk)).url == address("entry_edit", entry.pk), "begun already"


def test_the_page_shows_whose_dates_count(as_lan, year, school):
    duty = DutyFactory(cycle=year, unit=school, kind="deployment", done=False)
    entry = EntryFactory(cycle=year, unit=school, answers=duty, kind="deployment")

    shown = as_lan.get(address("entry_edit", entry.pk)).context["entry"]

    assert shown.window == duty


@pytest.mark.parametrize("state", ["elsewhere", "done", "of no record"])
def test_a_duty_that_is_not_the_units_to_answer_is_no_page(as_lan, year, school, bank, state):
    duty = {
        "elsewhere": lambda: DutyFactory(cycle=year, unit=bank, kind="deployment"),
        "done": lambda: DutyFactory(cycle=year, unit=school, kind="deployment", done=True),
        "of no record": lambda: DutyFactory(cycle=year, unit=school, kind="annual_plan"),
    }[state]()

    assert as_lan.get(begun_from(duty.pk)).status_code == 404
    assert as_lan.post(begun_from(duty.pk), {"title": "部署会"}).status_code == 404


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_a_duty_that_is_no_number_is_no_page(as_lan, number):
    assert as_lan.get(begun_from(number)).status_code == 404


def test_every_kind_is_offered_once_and_has_its_guide():
    offered = [kind for _label, kinds in LedgerEntry.GROUPS for kind in kinds]

    assert sorted(offered) == sorted(LedgerEntry.Kind)
    assert set(guide.usual()) == set(LedgerEntry.Kind)


@pytest.mark.parametrize("kind", LedgerEntry.Kind.values)
def test_a_record_of_every_kind_can_be_written(as_lan, draft, kind):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, kind=kind))

    draft.refresh_from_db()
    assert draft.kind == kind


def test_the_kind_is_chosen_on_the_form_and_narrows_the_list(as_lan, draft, year, school):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, kind="meeting"))
    EntryFactory(cycle=year, unit=school, title="别的")

    found = as_lan.get(address("entries") + "?kind=meeting").context["page"]

    assert [entry.pk for entry in found] == [draft.pk]


def test_an_export_says_by_which_kind_it_was_narrowed():
    form = EntryFilter({"kind": "site_visit"})
    form.is_valid()

    assert str(LedgerEntry.Kind.SITE_VISIT.label) in form.said[0]


# 25 November 2026 is a Wednesday; a Friday before is three working days ago, the Thursday four.
@pytest.mark.parametrize(("day", "is_over"), [(20, False), (19, True)])
@pytest.mark.parametrize("who", ["lan", "rui"])
def test_the_promised_days_run_out(client, request, year, school, monkeypatch, who, day, is_over):
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    LedgerEntry.objects.update(in_line_at=datetime(2026, 11, day, 12, tzinfo=UTC))
    cache.set("workdays", Workdays(frozenset({2026})))
    monkeypatch.setattr("assessments.templatetags.assess.today", lambda: date(2026, 11, 25))
    client.force_login(request.getfixturevalue(who))
    client.cookies["django_language"] = "en"

    page = client.get(entry.get_absolute_url()).content.decode()

    assert ("for 4 working days, longer than the 3 promised" in page) is is_over
    assert ("answers within 3 working days" in page) is not is_over
