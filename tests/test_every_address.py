"""Every address of the portal, asked for in every way by somebody whose record it is not.

A foreign record answers exactly like one that does not exist. An address that this table does not
know fails the test, so that nothing new slips in unguarded.
"""

import pytest
from django.urls import get_resolver, reverse

from assessments.actions import binder as binders
from assessments.actions import score
from assessments.models import Adjustment, BulkDecision, ReturnReason, ScoreSheet
from tests.factories import (
    AccountRequestFactory,
    AssignmentFactory,
    AwardFactory,
    CalibrationItemFactory,
    CalibrationRoundFactory,
    ChartedUnitFactory,
    ChartItemFactory,
    ConflictFactory,
    DocumentFactory,
    DutyFactory,
    EntryEditionFactory,
    EntryFactory,
    EvidenceFactory,
    FaqFactory,
    FieldSurveyFactory,
    LetterFactory,
    ModerationFactory,
    OutgoingLetterFactory,
    OverrideFactory,
    PaperFactory,
    PlanFactory,
    QuestionFactory,
    ReleaseFactory,
    SavedViewFactory,
    SessionFactory,
    UnitYearFactory,
    WindowFactory,
    person_in,
)
from units.models import ImportBatch, Notification, Role, TrailEvent

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]
ABSENT = 987_654

# One unit's own: another unit's liaison is told that there is nothing.
OWN = {
    "assessments:award": "award",
    "assessments:award_confirm": "award",
    "assessments:award_drop": "award",
    "assessments:award_recognize": "award",
    "assessments:award_revoke": "award",
    "assessments:award_terminate": "award",
    "assessments:binder": "binder",
    "assessments:binder_archive": "binder",
    "assessments:binder_book": "binder volume",
    "assessments:binder_cancel": "binder",
    "assessments:binder_make": "unit year",
    "assessments:binder_part": "binder volume",
    "assessments:binder_remove": "binder",
    "assessments:binder_step": "binder",
    "assessments:conflict_confirm": "conflict",
    "assessments:conflict_lift": "conflict",
    "assessments:override": "override",
    "assessments:override_approve": "override",
    "assessments:override_end": "override",
    "assessments:override_refuse": "override",
    "assessments:duty": "duty",
    "assessments:document": "document",
    "assessments:document_correct": "document",
    "assessments:document_delete": "document",
    "assessments:document_edit": "document",
    "assessments:document_file": "document",
    "assessments:document_issue": "document",
    "assessments:document_open": "document",
    "assessments:document_page": "document page",
    "assessments:document_preview": "document",
    "assessments:document_receipts": "document",
    "assessments:document_recipients": "document",
    "assessments:document_remind": "document",
    "assessments:document_send": "document",
    "assessments:document_sign": "document",
    "assessments:document_withdraw": "document",
    "assessments:charted_unit": "charted",
    "assessments:charted_unit_remove": "charted",
    "assessments:chart_item_close": "item",
    "assessments:chart_item_edit": "item",
    "assessments:chart_item_new": "charted",
    "assessments:chart_item_reopen": "item",
    "assessments:entry": "entry",
    "assessments:entry_accept": "entry",
    "assessments:entry_delete": "entry",
    "assessments:entry_confirm": "entry",
    "assessments:entry_edit": "entry",
    "assessments:entry_edition": "entry edition",
    "assessments:entry_keep": "entry",
    "assessments:entry_new_like": "entry",
    "assessments:entry_recipes": "entry",
    "assessments:entry_restore": "entry",
    "assessments:evidence_describe": "evidence",
    "assessments:evidence_restore": "evidence",
    "assessments:evidence_shift": "evidence",
    "assessments:entry_receipt": "entry",
    "assessments:entry_receipt_pdf": "entry",
    "assessments:entry_reopen": "entry",
    "assessments:entry_seen": "entry",
    "assessments:entry_send_back": "entry",
    "assessments:entry_undo": "entry",
    "assessments:entry_submit": "entry",
    "assessments:entry_withdraw": "entry",
    "assessments:evidence": "evidence",
    "assessments:evidence_add": "entry",
    "assessments:evidence_page": "evidence page",
    "assessments:evidence_preview": "evidence",
    "assessments:evidence_remove": "evidence",
    "assessments:field_finding": "finding",
    "assessments:field_survey": "survey",
    "assessments:field_survey_close": "survey",
    "assessments:field_survey_delete": "survey",
    "assessments:field_survey_edit": "survey",
    "assessments:gaps_of": "unit",
    "assessments:hand_over": "person",
    "assessments:likeness": "entry",
    "assessments:likeness_explain": "entry",
    "assessments:likeness_judge": "entry",
    "assessments:plan": "plan",
    "assessments:plan_amend": "plan",
    "assessments:plan_decide": "plan",
    "assessments:plan_edit": "plan",
    "assessments:plan_edition": "plan edition",
    "assessments:plan_file_add": "plan",
    "assessments:plan_look_back": "plan",
    "assessments:plan_submit": "plan",
    "assessments:plan_withdraw": "plan",
    "assessments:pre_review": "entry",
    "assessments:pre_review_approve": "entry",
    "assessments:pre_review_decline": "entry",
    "assessments:pre_review_send_back": "entry",
    "assessments:faq_publish": "question",
    "assessments:question": "question",
    "assessments:question_answer": "question",
    "assessments:question_ask_back": "question",
    "assessments:question_follow_up": "question",
    "assessments:question_seen": "question",
    "assessments:review_keep": "entry",
    "assessments:review_open": "entry",
    "assessments:review_skip": "entry",
    "assessments:sheet": "sheet",
    "assessments:sheet_adjust": "sheet",
    "assessments:sheet_clear": "sheet indicator",
    "assessments:sheet_keep": "sheet indicator",
    "assessments:sheet_set": "sheet indicator",
    "assessments:sheet_traits": "sheet",
    "assessments:sheet_unadjust": "sheet line",
    "assessments:why": "why",
    "assessments:xray_of": "unit",
    "units:account_block": "person",
    "units:account_request": "request",
    "units:account_request_approve": "request",
    "units:account_request_refuse": "request",
    "units:account_unblock": "person",
    "units:import": "batch",
    "units:import_apply": "batch",
    "units:import_decide": "batch row",
    "units:import_decide_rows": "batch",
    "units:import_discard": "batch",
    "units:import_file": "batch",
    "units:import_kind": "batch",
    "units:import_left_out": "batch",
    "units:import_marked": "batch",
    "units:import_rearrange": "batch",
    "units:import_step": "batch",
    "units:import_undo": "batch",
    "units:notification": "message",
    "units:outgoing_letter": "mail",
    "units:outgoing_letter_discard": "mail",
    "units:outgoing_letter_edit": "mail",
    "units:outgoing_letter_hold": "mail",
    "units:outgoing_letter_queue": "mail",
    "units:password_reset": "person",
    "units:person": "person",
    "units:second_factor_reset": "person",
    "units:session_end": "session",
    "units:role_give": "person",
    "units:role_take": "person role",
    "units:work_for": "unit",
    "unit": "unit",
    "assessments:unit_contacts": "unit",
    "assessments:unit_dissolve": "unit",
    "assessments:unit_merge": "unit",
    "assessments:unit_split": "unit",
    "units:unit_change": "unit",
    "units:unit_rename": "unit",
    "units:letter": "letter",
    "units:letter_attach": "letter",
    "units:letter_delete": "letter",
    "units:letter_print": "unit year",
    "units:letter_sign": "unit year",
    "units:letters_print_below": "unit year",
    "units:organization": "unit",
    "units:organization_edit": "unit",
    "units:paper": "paper",
    "units:papers": "unit",
    "units:unit_edit": "unit",
    "units:window": "window",
    "units:window_close": "window",
    "units:window_edit": "window",
    "units:window_new": "unit",
    "units:window_reopen": "window",
    "units:window_sheet": "window",
}
# The office's own pages: a liaison knows that they exist and may not use them.
OFFICE = {
    "assessments:agreement": "",
    "assessments:calibration": "calibration",
    "assessments:calibration_add": "calibration",
    "assessments:calibration_agree": "calibration item",
    "assessments:calibration_close": "calibration",
    "assessments:calibration_delete": "calibration",
    "assessments:calibration_draw": "calibration",
    "assessments:calibration_finish": "calibration",
    "assessments:calibration_item": "calibration item",
    "assessments:calibration_item_remove": "calibration item",
    "assessments:calibration_mark": "calibration item",
    "assessments:calibration_new": "",
    "assessments:calibration_open": "calibration",
    "assessments:calibration_refer": "calibration item",
    "assessments:calibration_reviewers": "calibration",
    "assessments:calibrations": "",
    "assessments:moderated_ranking": "",
    "assessments:moderated_unit": "sheet",
    "assessments:moderation": "moderation",
    "assessments:moderation_adopt": "moderation",
    "assessments:moderation_propose": "",
    "assessments:moderation_refuse": "moderation",
    "assessments:moderation_withdraw": "moderation",
    "assessments:health": "",
    "assessments:assignment_add": "",
    "assessments:assignment_remove": "assignment",
    "assessments:assignments": "",
    "assessments:assignments_apply": "",
    "assessments:assignments_load": "",
    "assessments:assignments_records": "",
    "assessments:assignments_propose": "",
    "assessments:assignments_rule": "",
    "assessments:award_grant": "",
    "assessments:awards": "",
    "assessments:binders_make": "",
    "assessments:charted_unit_list": "",
    "assessments:conflict_answer": "",
    "assessments:conflict_declare": "",
    "assessments:conflicts": "",
    "assessments:conflicts_all": "",
    "assessments:conflicts_likely": "",
    "assessments:override_ask": "",
    "assessments:cycle_close": "cycle",
    "assessments:cycle_enrol": "cycle",
    "assessments:cycle_new": "",
    "assessments:cycle_open": "cycle",
    "assessments:cycle_open_planning": "cycle",
    "assessments:cycle_reviewing": "cycle",
    "assessments:deadline_edit": "deadline",
    "assessments:deadline_new": "cycle",
    "assessments:deadline_remove": "deadline",
    "assessments:deadlines_add_usual": "cycle",
    "assessments:duties_extend": "",
    "assessments:goals": "cycle",
    "assessments:document_new": "",
    "assessments:field_survey_new": "",
    "assessments:field_surveys": "",
    "assessments:gaps": "",
    "assessments:gaps_absent": "",
    "assessments:gaps_rushed": "",
    "assessments:faq_edit": "faq",
    "assessments:faq_withdraw": "faq",
    "assessments:notes": "entry",
    "assessments:grant": "",
    "assessments:grant_check": "",
    "assessments:holidays": "",
    "assessments:honors": "",
    "assessments:indicator_edit": "indicator",
    "assessments:owing": "",
    "assessments:pre_reviews": "",
    "assessments:queue": "",
    "assessments:review_next": "",
    "assessments:ranking": "",
    "assessments:release": "release",
    "assessments:release_new": "",
    "assessments:release_withdraw": "release",
    "assessments:review": "entry",
    "assessments:review_context": "entry",
    "assessments:review_items": "",
    "assessments:saved_view_delete": "view",
    "assessments:saved_view_edit": "view",
    "assessments:saved_view_new": "",
    "assessments:score_grid": "",
    "assessments:score_grid_paste": "",
    "assessments:sheets": "",
    "assessments:stage_edit": "stage",
    "assessments:tree": "",
    "assessments:values_apply": "",
    "assessments:values_export": "",
    "assessments:values_import": "",
    "assessments:values_preview": "",
    "assessments:values_undo": "",
    "assessments:weak_units": "",
    "assessments:weak_units_list": "",
    "assessments:xray": "",
    "assessments:xray_check": "check",
    "assessments:xray_return": "check",
    "assessments:guide_edit": "record kind",
    "assessments:bulk": "bulk",
    "assessments:bulks": "",
    "assessments:bulk_accept": "",
    "assessments:bulk_assign": "",
    "assessments:bulk_extend": "",
    "assessments:bulk_send_back": "",
    "assessments:bulk_undo": "bulk",
    "assessments:reason": "reason",
    "assessments:reason_new": "",
    "assessments:reasons": "",
    "assessments:reasons_add_usual": "",
    "assessments:returned": "",
    "units:account_new": "",
    "units:account_requests": "",
    "units:accounts_issue": "",
    "units:import_new": "",
    "units:import_template": "kind",
    "units:imports": "",
    "units:letter_text": "year",
    "units:letters_print": "year",
    "units:office": "",
    "units:outbox": "",
    "units:outbox_let_go": "",
    "units:people": "",
    "units:people_units": "",
    "units:permission": "permission",
    "units:permissions": "",
    "units:trail": "",
    "units:unit_new": "",
    "units:units": "",
    "units:units_export": "",
}
# Everybody's: what is shown there is narrowed to the person, or public.
COMMON = {
    "assessments:binders",
    "assessments:burden",
    "assessments:cycle",
    "assessments:cycles",
    "assessments:documents",
    "assessments:entries",
    "assessments:entries_thrown_away",
    "assessments:entry_new",
    "assessments:entry_new_for_unit",
    "assessments:faq",
    "assessments:guide_beside",
    "assessments:guides",
    "assessments:home",
    "assessments:my_deadlines",
    "assessments:my_scores",
    "assessments:plan_new",
    "assessments:plans",
    "assessments:public_home",
    "assessments:public_ranking",
    "assessments:public_rankings",
    "assessments:public_roll",
    "assessments:public_unit",
    "assessments:public_units",
    "assessments:question_new",
    "assessments:questions",
    "assessments:search",
    "assessments:standard",
    "assessments:standards",
    "assessments:wall_chart",
    "assessments:wall_chart_print",
    "set_language",
    "units:account_ask",
    "units:account_letters",
    "units:appearance",
    "units:backup_codes",
    "units:code",
    "units:letters",
    "units:letters_of",
    "units:join",
    "units:login",
    "units:logout",
    "units:notifications",
    "units:notifications_seen",
    "units:password",
    "units:second_factor",
    "units:second_factor_confirm",
    "units:second_factor_off",
    "units:security",
    "units:sessions_end",
    "units:public_window",
    "units:styleguide",
    "units:windows",
}


def addresses(resolver=None, namespace=""):
    """The name of every address outside the Django admin."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if getattr(pattern, "app_name", "") == "admin":
            continue
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def lans(year, school, lan, ou):
    """Lan's records, by the word that stands in the tables: the arguments of an address."""
    unit_year = UnitYearFactory(cycle=year, unit=school)
    score.open_sheets(year)
    sheet = ScoreSheet.objects.get(unit_year=unit_year)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)
    evidence = EvidenceFactory(entry=EntryFactory(cycle=year, unit=school, created_by=lan))
    indicator = year.standard.indicators.items().exclude(method="M").first()
    rule = Adjustment.objects.create(
        standard=unfrozen(year.standard), kind="bonus", code="P1", name="荣誉", points={"each": "1"}
    )
    line = score.add_adjustment(sheet, rule, 1, "文件", by=ou)
    batch = ImportBatch.objects.create(file_name="名册.xlsx", sha256="0" * 64, size=1, by=ou)
    row = batch.rows.create(sheet="名册", number=3, verdict="suspected")
    message = Notification.objects.create(
        to=lan,
        content_type=TrailEvent.objects.last().content_type,
        object_id=1,
        verb="accept",
        title="只给兰晓",
    )
    plan = PlanFactory(cycle=year, unit=school, submitted=True)
    document = DocumentFactory(cycle=year, issued=True, to=[school])
    charted = ChartedUnitFactory(cycle=year, unit=school, listed_by=ou)
    survey = FieldSurveyFactory(cycle=year, units=[school])
    binder = binders.make(year, "unit", school, by=lan)
    calibration = CalibrationItemFactory(
        round=CalibrationRoundFactory(cycle=year, closed=True, created_by=ou),
        entry=entry,
        indicator=indicator,
    )
    return {
        "": [],
        "assignment": [AssignmentFactory(cycle=year, unit=school).pk],
        "award": [AwardFactory(unit=school).pk],
        "batch": [batch.pk],
        "batch row": [batch.pk, row.pk],
        "binder": [binder.pk],
        "binder volume": [binder.pk, 1],
        "bulk": [BulkDecision.objects.create(kind="accept", by=ou).pk],
        "calibration": [calibration.round_id],
        "calibration item": [calibration.pk],
        "charted": [charted.pk],
        "check": ["entry_without_proof"],
        "conflict": [ConflictFactory(unit=school).pk],
        "cycle": [year.pk],
        "deadline": [year.deadlines.first().pk],
        "duty": [DutyFactory(cycle=year, unit=school).pk],
        "document": [document.pk],
        "document page": [document.pk, 1],
        "entry": [entry.pk],
        "entry edition": [entry.pk, EntryEditionFactory(entry=entry).number],
        "evidence": [evidence.pk],
        "evidence page": [evidence.pk, 1],
        "faq": [FaqFactory(source__unit=school, source__cycle=year).pk],
        "finding": [survey.rows.get().pk],
        "indicator": [indicator.pk],
        "letter": [LetterFactory(unit=school).pk],
        "item": [ChartItemFactory(charted=charted).pk],
        "kind": ["units"],
        "mail": [OutgoingLetterFactory(to=lan).pk],
        "message": [message.pk],
        "moderation": [ModerationFactory(cycle=year, proposed_by=ou).pk],
        "override": [OverrideFactory(unit=school).pk],
        "paper": [PaperFactory(unit=school).pk],
        "person": [lan.pk],
        "person role": [lan.pk, lan.memberships.get().pk],
        "plan": [plan.pk],
        "plan edition": [plan.pk, 1],
        "question": [QuestionFactory(cycle=year, unit=school, entry=entry, answered=True).pk],
        "reason": [ReturnReason.objects.create(title="缺签到表", text="请补传。").pk],
        "request": [AccountRequestFactory(unit=school).pk],
        "record kind": ["activity"],
        "release": [ReleaseFactory(cycle=year).pk],
        "session": [SessionFactory(user=lan).pk],
        "sheet": [sheet.pk],
        "sheet indicator": [sheet.pk, indicator.pk],
        "sheet line": [sheet.pk, line.pk],
        "survey": [survey.pk],
        "stage": [year.stages.first().pk],
        "permission": ["assessments.accept_entry"],
        "unit": [school.pk],
        "unit year": [school.pk, 2026],
        "view": [SavedViewFactory(owner=ou).pk],
        "window": [WindowFactory(unit=school).pk],
        "year": [2026],
        "why": ["entry", entry.pk],
    }


def unfrozen(standard):
    standard.status = "draft"
    return standard


@pytest.fixture
def strangers(mei, bank):
    """Somebody of another unit in each role that a unit can have."""
    roles = [Role.DEPUTY, Role.UNIT_LEADER, Role.SUPERVISOR]
    return [mei, *(person_in(role, bank, username=role) for role in roles)]


# What a department may look at although it is the office's: there is nothing of others in it.
OPEN_TO_DEPARTMENTS = {
    "assessments:binders_make",
    "assessments:gaps",
    "assessments:gaps_absent",
    "assessments:gaps_rushed",
    "assessments:owing",
    "assessments:pre_reviews",
    "assessments:tree",
    "assessments:xray",
    "assessments:xray_check",
    "units:units",
}
# Pages that only show, whatever is sent to them.
SHOWING = {
    "assessments:override",
    "assessments:agreement",
    "assessments:owing",
    "assessments:pre_review",
    "assessments:pre_reviews",
    "assessments:award",
    "assessments:awards",
    "assessments:duty",
    "assessments:document",
    "assessments:document_file",
    "assessments:document_page",
    "assessments:document_preview",
    "assessments:document_receipts",
    "assessments:charted_unit",
    "assessments:entry",
    "assessments:evidence",
    "assessments:evidence_page",
    "assessments:evidence_preview",
    "assessments:bulk",
    "assessments:field_survey",
    "assessments:field_surveys",
    "assessments:gaps",
    "assessments:gaps_absent",
    "assessments:gaps_of",
    "assessments:gaps_rushed",
    "assessments:honors",
    "assessments:plan",
    "assessments:plan_edition",
    "assessments:question",
    "assessments:ranking",
    "assessments:reasons",
    "assessments:release",
    "assessments:returned",
    "assessments:score_grid",
    "assessments:sheet",
    "assessments:sheets",
    "assessments:tree",
    "assessments:weak_units",
    "assessments:why",
    "assessments:xray",
    "assessments:xray_check",
    "assessments:xray_of",
    "unit",
    "units:people",
    "units:permission",
    "units:letter",
    "units:organization",
    "units:papers",
    "units:permissions",
    "units:person",
    "units:trail",
    "units:units",
    "units:window",
    "units:window_sheet",
}
# What leaders and departments may do although they judge nothing, and why.
THEIRS = {
    "assessments:binder_cancel": "who may make a binder of the unit may stop it: leader, department",
    "assessments:binder_make": "a leader binds the own unit's year, a department those of its tree",
    "assessments:binder_step": "who may make a binder goes on making it",
    "assessments:binders_make": "a department binds its tree",
    "assessments:document_open": "whoever may read it opens it; that a recipient did so is noted, and no act",
    "assessments:pre_review_approve": "a department judges what stands below it",
    "assessments:pre_review_decline": "a department judges what stands below it",
    "assessments:pre_review_send_back": "a department judges what stands below it",
    "assessments:question_seen": "a leader reads for the unit; that it was seen is noted, and no act",
    "assessments:unit_contacts": "a leader is led back to the own unit, whose numbers need no asking",
    "units:letter_attach": "a department keeps the letters of its tree, a leader the own ones",
    "units:letter_sign": "a department records who has signed, a leader that the own unit has",
    "units:work_for": "whoever serves several units chooses",
}


def test_every_address_has_an_expectation():
    assert set(addresses()) == {*OWN, *OFFICE, *COMMON}


def asked_by(client, people, names):
    """(name, person, method): Mei asks in every way, everybody else looks and acts; each signs in once."""
    for person in people:
        client.force_login(person)
        for method in METHODS if person.username == "mei" else ("get", "post"):
            yield from ((name, person, method) for name in names)


def test_a_foreign_record_answers_like_an_absent_one(client, strangers, lans, subtests):
    for name, person, method in asked_by(client, strangers, OWN):
        arguments = lans[OWN[name]]
        foreign = getattr(client, method)(reverse(name, args=arguments))
        absent = getattr(client, method)(reverse(name, args=[ABSENT, *arguments[1:]]))

        with subtests.test(name, who=person.username, method=method):
            assert foreign.status_code in (404, 405)
            assert (foreign.status_code, len(foreign.content)) == (absent.status_code, len(absent.content))
            assert foreign.cookies.keys() == absent.cookies.keys()


def test_the_offices_pages_are_closed_to_people_of_units(client, strangers, lans, subtests):
    for name, person, method in asked_by(client, strangers, OFFICE):
        if person.has_role(Role.SUPERVISOR) and name in OPEN_TO_DEPARTMENTS:
            continue

        response = getattr(client, method)(reverse(name, args=lans[OFFICE[name]]))

        with subtests.test(name, who=person.username, method=method):
            assert response.status_code in (403, 404, 405)


def test_who_only_reads_acts_nowhere(client, shen, lin, xun, guan, qiao, lans, subtests):
    lines = TrailEvent.objects.count()
    for person in (shen, lin, xun, guan, qiao):
        client.force_login(person)
        for name in sorted({*OWN, *OFFICE} - SHOWING - set(THEIRS)):
            response = client.post(reverse(name, args=lans[{**OWN, **OFFICE}[name]]))

            with subtests.test(name, who=person.username):
                assert response.status_code in (403, 404, 405)
                assert TrailEvent.objects.count() == lines


def test_what_only_shows_changes_nothing_whatever_is_sent(client, shen, lin, guan, lans, subtests):
    """Who may read a list may take it out, and that alone leaves a line."""
    acts = TrailEvent.objects.exclude(verb="export")
    lines = acts.count()
    for person in (shen, lin, guan):
        client.force_login(person)
        for name in sorted(SHOWING):
            client.post(reverse(name, args=lans[{**OWN, **OFFICE}[name]]), {"note": "x", "version": 0})

            with subtests.test(name, who=person.username):
                assert acts.count() == lines


def test_a_stranger_is_asked_to_sign_in(client, lans, subtests):
    for name in (*OWN, *OFFICE):
        address = reverse(name, args=lans[OWN.get(name, OFFICE.get(name))])
        for method in METHODS:
            response = getattr(client, method)(address)

            with subtests.test(name, method=method):
                assert response.status_code == 302
                assert response.url.startswith("/login/")
