"""Documents and plans, the wall chart and field surveys."""

from assessments.models import ChartedUnit, ChartItem, Document, FieldSurvey, Plan, SurveyedUnit
from tests.factories import DocumentFactory, ReceiptFactory
from tests.matrix import EVERYBODY, JUDGES, OFFICE, OFFICERS, OWN, READERS, WRITERS, Section, in_every, only

from .shared import IMPARTIAL_DIRECTOR, WHO_READ, fixed


def documents_section(school, cycles):
    """Every status, sent to the school; and once to nobody but open to everybody with an account."""

    def document(status, **said):
        trait = {} if status == "draft" else {status: True}
        sent = {} if status == "draft" else {"to": [school]}
        return fixed(DocumentFactory(cycle=cycles["open"], **sent | trait | said))

    states = {
        **{status: document(status) for status in Document.Status.values},
        "issued to all": document("issued", to=[], secrecy="public"),
        "withdrawn from all": document("withdrawn", to=[], secrecy="public"),
        "issued to others": document("issued", to=[]),
    }
    everybody = {"issued_to_all": EVERYBODY | {"nobody"}}
    sent = only(
        states, draft=OFFICE, issued=WHO_READ, replaced=WHO_READ, issued_to_others=READERS, **everybody
    )
    in_force = only(states, issued=OFFICERS, issued_to_all=OFFICERS, issued_to_others=OFFICERS)
    drafts = only(states, draft=OFFICERS)
    return Section("assessments", states, {
        "view_document": sent | {"withdrawn": WHO_READ, "withdrawn from all": EVERYBODY | {"nobody"}},
        "read_document": sent | {"withdrawn": READERS, "withdrawn from all": READERS},
        "edit_document": drafts,
        "issue_document": drafts,
        "send_document": in_force,
        "remind_document": in_force,
        "replace_document": in_force,
        "withdraw_document": in_force,
    })  # fmt: skip


def receipts_section(school, cycles):
    def receipt(status, **said):
        document = DocumentFactory(cycle=cycles["open"], **{status: True})
        return fixed(ReceiptFactory(document=document, unit=school, **said))

    states = {
        "open": receipt("issued"),
        "signed": receipt("issued", done=True),
        "lapsed": receipt("issued", lapsed_note="单位已撤并"),
        "replaced": receipt("replaced"),
        "withdrawn": receipt("withdrawn"),
    }
    return Section("assessments", states, {"sign_receipt": only(states, open=WRITERS, signed=WRITERS)})


def plans_section(school, cycles):
    def plan(status, cycle="open", **fields):
        return fixed(Plan(unit=school, cycle=cycles[cycle], status=status, **fields))

    monthly = {"kind": "monthly", "period": 5}

    states = {
        "draft": plan("draft"),
        "draft too late": plan("draft", "over"),
        "draft monthly": plan("draft", **monthly),
        "draft monthly too late": plan("draft", "over", **monthly),
        "draft next year": plan("draft", "planning"),
        "submitted": plan("submitted"),
        "submitted again": plan("submitted", returned_count=1),
        "submitted next year": plan("submitted", "planning"),
        "submitted year closed": plan("submitted", "closed"),
        "returned": plan("returned", returned_count=1),
        "accepted": plan("accepted"),
        "accepted monthly": plan("accepted", **monthly),
        "accepted next year": plan("accepted", "planning"),
        "accepted year closed": plan("accepted", "closed"),
        "amending": plan("amending", edition=1),
    }
    drafts = [state for state in states if state.startswith("draft")]
    written = dict.fromkeys([*drafts, "returned", "amending"], WRITERS)
    waiting = {"submitted": JUDGES, "submitted_again": JUDGES, "submitted_next_year": JUDGES}
    return Section("assessments", states, {
        "view_plan": in_every(states, WHO_READ) | dict.fromkeys(drafts, OWN),
        "edit_plan": only(states) | written,
        "submit_plan": only(
            states, draft=WRITERS, draft_next_year=WRITERS, returned=WRITERS, amending=WRITERS
        ),
        "file_plan": only(states, draft_monthly=WRITERS),
        "withdraw_plan": only(
            states,
            submitted=WRITERS,
            submitted_again=WRITERS,
            submitted_next_year=WRITERS,
            submitted_year_closed=WRITERS,
        ),
        "amend_plan": only(states, accepted=WRITERS, accepted_monthly=WRITERS, accepted_next_year=WRITERS),
        "look_back_plan": only(states, accepted=WRITERS),
        "accept_plan": only(states, **waiting),
        "send_back_plan": only(states, **waiting | {"submitted_again": IMPARTIAL_DIRECTOR}),
    })  # fmt: skip


def charted_section(school, cycles):
    def charted(status, cycle="open"):
        return fixed(ChartedUnit(unit=school, cycle=cycles[cycle], status=status))

    states = {
        "listed": charted("listed"),
        "listed year closed": charted("listed", "closed"),
        "removed": charted("removed"),
    }
    return Section("assessments", states, {
        "view_charted_unit": in_every(states, WHO_READ),
        "list_charted_unit": only(states, listed=JUDGES, removed=JUDGES),
        "remove_charted_unit": only(states, listed=JUDGES),
        "add_chart_item": only(states, listed=JUDGES),
    })  # fmt: skip


def chart_items_section(school, cycles):
    def item(status, charted="listed", cycle="open"):
        return fixed(
            ChartItem(charted=ChartedUnit(unit=school, cycle=cycles[cycle], status=charted), status=status)
        )

    states = {
        "open": item("open"),
        "open year closed": item("open", cycle="closed"),
        "open unit removed": item("open", "removed"),
        "closed": item("closed"),
        "closed year closed": item("closed", cycle="closed"),
        "closed unit removed": item("closed", "removed"),
    }
    return Section("assessments", states, {
        "edit_chart_item": only(states, open=JUDGES),
        "close_chart_item": only(states, open=JUDGES),
        "reopen_chart_item": only(states, closed=JUDGES),
    })  # fmt: skip


def field_surveys_section(cycles):
    states = {
        status: fixed(FieldSurvey(cycle=cycles["open"], status=status)) for status in ("open", "closed")
    }
    return Section("assessments", states, {
        "view_field_survey": in_every(states, READERS),
        "edit_field_survey": only(states, open=OFFICERS),
        "close_field_survey": only(states, open=OFFICERS),
        "discard_field_survey": only(states, open=OFFICERS),
    })  # fmt: skip


def findings_section(school):
    def row(status):
        return fixed(SurveyedUnit(unit=school, survey=FieldSurvey(status=status)))

    states = {"survey open": row("open"), "survey closed": row("closed")}
    return Section("assessments", states, {
        "view_finding": only(states, survey_open=READERS, survey_closed=WHO_READ),
        "record_finding": only(states, survey_open=JUDGES),
    })  # fmt: skip
