"""Addresses of the creation year, grouped by noun."""

from django.urls import include, path

from .views import (
    agreement,
    assignment,
    binder,
    bulk,
    burden,
    calibration,
    conflict,
    cycle,
    document,
    duty,
    evidence,
    faq,
    field_survey,
    gaps,
    goal,
    grid,
    guide,
    handover,
    health,
    home,
    honor,
    ledger,
    likeness,
    moderation,
    note,
    owing,
    plan,
    pre_review,
    public,
    publication,
    question,
    reason,
    receipt,
    review,
    review_context,
    review_draft,
    saved_view,
    score,
    search,
    standard,
    succession,
    unit_page,
    values,
    wall_chart,
    why,
    xray,
)

app_name = "assessments"

cycle_urls = [
    path("", cycle.index, name="cycles"),
    path("new/", cycle.new, name="cycle_new"),
    path("<int:pk>/", cycle.detail, name="cycle"),
    path("<int:pk>/open/", cycle.open_cycle, name="cycle_open"),
    path("<int:pk>/close/", cycle.close_cycle, name="cycle_close"),
    path("<int:pk>/enrol/", cycle.enrol, name="cycle_enrol"),
    path("<int:pk>/open-planning/", cycle.open_planning, name="cycle_open_planning"),
    path("<int:pk>/add-usual/", cycle.add_usual, name="deadlines_add_usual"),
    path("<int:pk>/deadlines/new/", duty.deadline_new, name="deadline_new"),
    path("deadlines/<int:pk>/", duty.deadline_edit, name="deadline_edit"),
    path("deadlines/<int:pk>/remove/", duty.deadline_remove, name="deadline_remove"),
    path("holidays/", cycle.holidays, name="holidays"),
    path("<int:pk>/goals/", goal.edit, name="goals"),
    path("<int:pk>/reviewing/", cycle.reviewing, name="cycle_reviewing"),
    path("stages/<int:pk>/", cycle.stage_edit, name="stage_edit"),
]

duty_urls = [
    path("extend/", duty.extend, name="duties_extend"),
    path("<int:pk>/", duty.detail, name="duty"),
]

document_urls = [
    path("", document.index, name="documents"),
    path("new/", document.new, name="document_new"),
    path("<int:pk>/", document.detail, name="document"),
    path("<int:pk>/edit/", document.edit, name="document_edit"),
    path("<int:pk>/recipients/", document.recipients, name="document_recipients"),
    path("<int:pk>/issue/", document.issue, name="document_issue"),
    path("<int:pk>/delete/", document.discard, name="document_delete"),
    path("<int:pk>/open/", document.open_file, name="document_open"),
    path("<int:pk>/preview/", document.show_file, name="document_preview"),
    path("<int:pk>/page/<int:number>/", document.page, name="document_page"),
    path("<int:pk>/file/", document.download, name="document_file"),
    path("<int:pk>/sign/", document.sign, name="document_sign"),
    path("<int:pk>/receipts/", document.receipts, name="document_receipts"),
    path("<int:pk>/remind/", document.remind, name="document_remind"),
    path("<int:pk>/send/", document.send, name="document_send"),
    path("<int:pk>/correct/", document.correct, name="document_correct"),
    path("<int:pk>/withdraw/", document.withdraw, name="document_withdraw"),
]

plan_urls = [
    path("", plan.index, name="plans"),
    path("new/", plan.new, name="plan_new"),
    path("<int:pk>/", plan.detail, name="plan"),
    path("<int:pk>/edit/", plan.edit, name="plan_edit"),
    path("<int:pk>/submit/", plan.submit, name="plan_submit"),
    path("<int:pk>/withdraw/", plan.withdraw, name="plan_withdraw"),
    path("<int:pk>/amend/", plan.amend, name="plan_amend"),
    path("<int:pk>/look-back/", plan.look_back, name="plan_look_back"),
    path("<int:pk>/decide/", plan.decide, name="plan_decide"),
    path("<int:pk>/editions/<int:number>/", plan.edition, name="plan_edition"),
    path("<int:pk>/files/add/", evidence.add_to_plan, name="plan_file_add"),
]

owing_urls = [
    path("", owing.index, name="owing"),
    path("mine.ics", owing.mine, name="my_deadlines"),
]

ledger_urls = [
    path("", ledger.index, name="entries"),
    path("new/", ledger.new, name="entry_new"),
    path("new/for-a-unit/", ledger.new_for_unit, name="entry_new_for_unit"),
    path("guides/", guide.index, name="guides"),
    path("guides/beside/", guide.beside, name="guide_beside"),
    path("guides/<slug:kind>/", guide.edit, name="guide_edit"),
    path("<int:pk>/", ledger.detail, name="entry"),
    path("<int:pk>/edit/", ledger.edit, name="entry_edit"),
    path("<int:pk>/keep/", ledger.keep, name="entry_keep"),
    path("<int:pk>/recipes/", ledger.recipes, name="entry_recipes"),
    path("<int:pk>/seen/", ledger.see_return, name="entry_seen"),
    path("<int:pk>/confirm/", ledger.confirm, name="entry_confirm"),
    path("<int:pk>/like/", ledger.new_like, name="entry_new_like"),
    path("<int:pk>/submit/", ledger.submit, name="entry_submit"),
    path("<int:pk>/withdraw/", ledger.withdraw, name="entry_withdraw"),
    path("<int:pk>/delete/", ledger.delete, name="entry_delete"),
    path("<int:pk>/restore/", ledger.restore, name="entry_restore"),
    path("<int:pk>/reopen/", ledger.reopen, name="entry_reopen"),
    path("<int:pk>/editions/<int:number>/", ledger.edition, name="entry_edition"),
    path("bin/", ledger.thrown_away, name="entries_thrown_away"),
    path("<int:pk>/receipt/", receipt.detail, name="entry_receipt"),
    path("<int:pk>/receipt.pdf", receipt.as_pdf, name="entry_receipt_pdf"),
    path("<int:pk>/files/add/", evidence.add, name="evidence_add"),
    path("<int:pk>/likeness/", likeness.show, name="likeness"),
    path("<int:pk>/likeness/explain/", likeness.explain, name="likeness_explain"),
]

binder_urls = [
    path("", binder.index, name="binders"),
    path("make/", binder.make_many, name="binders_make"),
    path("units/<int:pk>/<int:year>/", binder.make, name="binder_make"),
    path("<int:pk>/", binder.detail, name="binder"),
    path("<int:pk>/step/", binder.step, name="binder_step"),
    path("<int:pk>/cancel/", binder.cancel, name="binder_cancel"),
    path("<int:pk>/remove/", binder.remove, name="binder_remove"),
    path("<int:pk>/archive/", binder.archive, name="binder_archive"),
    path("<int:pk>/<int:number>/book/", binder.book, name="binder_book"),
    path("<int:pk>/<int:number>/archive/", binder.part, name="binder_part"),
]

gap_urls = [
    path("", gaps.index, name="gaps"),
    path("absent/", gaps.absent, name="gaps_absent"),
    path("rushed/", gaps.rushed, name="gaps_rushed"),
    path("<int:pk>/", gaps.detail, name="gaps_of"),
]

xray_urls = [
    path("", xray.index, name="xray"),
    path("units/<int:pk>/", xray.of_unit, name="xray_of"),
    path("<slug:code>/", xray.detail, name="xray_check"),
    path("<slug:code>/return/", xray.send_back, name="xray_return"),
]

field_survey_urls = [
    path("", field_survey.index, name="field_surveys"),
    path("new/", field_survey.new, name="field_survey_new"),
    path("<int:pk>/", field_survey.detail, name="field_survey"),
    path("<int:pk>/edit/", field_survey.edit, name="field_survey_edit"),
    path("<int:pk>/close/", field_survey.close, name="field_survey_close"),
    path("<int:pk>/delete/", field_survey.discard, name="field_survey_delete"),
    path("units/<int:pk>/", field_survey.finding, name="field_finding"),
]

evidence_urls = [
    path("<int:pk>/", evidence.download, name="evidence"),
    path("<int:pk>/remove/", evidence.remove, name="evidence_remove"),
    path("<int:pk>/restore/", evidence.restore, name="evidence_restore"),
    path("<int:pk>/describe/", evidence.describe, name="evidence_describe"),
    path("<int:pk>/shift/", evidence.shift, name="evidence_shift"),
    path("<int:pk>/preview/", evidence.show, name="evidence_preview"),
    path("<int:pk>/page/<int:number>/", evidence.page, name="evidence_page"),
]

assignment_urls = [
    path("", assignment.index, name="assignments"),
    path("load/", assignment.load, name="assignments_load"),
    path("records/", assignment.records, name="assignments_records"),
    path("propose/", assignment.propose, name="assignments_propose"),
    path("apply/", assignment.apply, name="assignments_apply"),
    path("add/", assignment.add, name="assignment_add"),
    path("<int:pk>/remove/", assignment.remove, name="assignment_remove"),
    path("rule/", assignment.rule, name="assignments_rule"),
]

conflict_urls = [
    path("", conflict.index, name="conflicts"),
    path("declare/", conflict.declare, name="conflict_declare"),
    path("<int:pk>/confirm/", conflict.confirm, name="conflict_confirm"),
    path("<int:pk>/lift/", conflict.lift, name="conflict_lift"),
    path("all/", conflict.everybody, name="conflicts_all"),
    path("likely/", conflict.likely, name="conflicts_likely"),
    path("likely/answer/", conflict.answer, name="conflict_answer"),
    path("exceptions/ask/", conflict.ask, name="override_ask"),
    path("exceptions/<int:pk>/", conflict.override, name="override"),
    path("exceptions/<int:pk>/approve/", conflict.approve, name="override_approve"),
    path("exceptions/<int:pk>/refuse/", conflict.refuse, name="override_refuse"),
    path("exceptions/<int:pk>/end/", conflict.end, name="override_end"),
]

calibration_urls = [
    path("", calibration.index, name="calibrations"),
    path("new/", calibration.new, name="calibration_new"),
    path("<int:pk>/", calibration.detail, name="calibration"),
    path("<int:pk>/draw/", calibration.draw, name="calibration_draw"),
    path("<int:pk>/add/", calibration.add, name="calibration_add"),
    path("<int:pk>/reviewers/", calibration.reviewers, name="calibration_reviewers"),
    path("<int:pk>/open/", calibration.open_round, name="calibration_open"),
    path("<int:pk>/finish/", calibration.finish, name="calibration_finish"),
    path("<int:pk>/close/", calibration.close, name="calibration_close"),
    path("<int:pk>/delete/", calibration.discard, name="calibration_delete"),
    path("items/<int:pk>/", calibration.item, name="calibration_item"),
    path("items/<int:pk>/remove/", calibration.remove_item, name="calibration_item_remove"),
    path("items/<int:pk>/mark/", calibration.mark, name="calibration_mark"),
    path("items/<int:pk>/reference/", calibration.refer, name="calibration_refer"),
    path("items/<int:pk>/line/", calibration.agree, name="calibration_agree"),
]

review_urls = [
    path("", review.queue, name="queue"),
    path("views/new/", saved_view.new, name="saved_view_new"),
    path("views/<int:pk>/edit/", saved_view.edit, name="saved_view_edit"),
    path("views/<int:pk>/delete/", saved_view.delete, name="saved_view_delete"),
    path("next/", review.first, name="review_next"),
    path("items/", review_context.items, name="review_items"),
    path("agreement/", agreement.index, name="agreement"),
    path("calibration/", include(calibration_urls)),
    path("<int:pk>/", review.detail, name="review"),
    path("<int:pk>/context/", review_context.around, name="review_context"),
    path("<int:pk>/notes/", note.index, name="notes"),
    path("<int:pk>/open/", review.open_entry, name="review_open"),
    path("<int:pk>/skip/", review.skip, name="review_skip"),
    path("<int:pk>/keep/", review_draft.keep, name="review_keep"),
    path("<int:pk>/accept/", review.accept, name="entry_accept"),
    path("<int:pk>/send-back/", review.send_back, name="entry_send_back"),
    path("<int:pk>/undo/", review.undo, name="entry_undo"),
    path("returned/", bulk.returned, name="returned"),
    path("bulk/", bulk.index, name="bulks"),
    path("bulk/accept/", bulk.check, {"kind": "accept"}, name="bulk_accept"),
    path("bulk/return/", bulk.check, {"kind": "send_back"}, name="bulk_send_back"),
    path("bulk/extend/", bulk.check, {"kind": "extend"}, name="bulk_extend"),
    path("bulk/assign/", bulk.assign, name="bulk_assign"),
    path("bulk/<int:pk>/", bulk.detail, name="bulk"),
    path("bulk/<int:pk>/undo/", bulk.undo, name="bulk_undo"),
    path("reasons/", reason.index, name="reasons"),
    path("reasons/new/", reason.new, name="reason_new"),
    path("reasons/add-usual/", reason.add_usual, name="reasons_add_usual"),
    path("reasons/<int:pk>/", reason.edit, name="reason"),
    path("<int:pk>/likeness/", likeness.judge, name="likeness_judge"),
]

question_urls = [
    path("", question.index, name="questions"),
    path("new/", question.new, name="question_new"),
    path("<int:pk>/", question.detail, name="question"),
    path("<int:pk>/answer/", question.say, {"verb": "answer"}, name="question_answer"),
    path("<int:pk>/ask-back/", question.say, {"verb": "ask_back"}, name="question_ask_back"),
    path("<int:pk>/follow-up/", question.say, {"verb": "follow_up"}, name="question_follow_up"),
    path("<int:pk>/seen/", question.see, name="question_seen"),
    path("<int:pk>/publish/", faq.publish, name="faq_publish"),
]

faq_urls = [
    path("", faq.index, name="faq"),
    path("<int:pk>/edit/", faq.edit, name="faq_edit"),
    path("<int:pk>/withdraw/", faq.withdraw, name="faq_withdraw"),
]

pre_review_urls = [
    path("", pre_review.index, name="pre_reviews"),
    path("<int:pk>/", pre_review.detail, name="pre_review"),
    path("<int:pk>/approve/", pre_review.approve, name="pre_review_approve"),
    path("<int:pk>/send-back/", pre_review.send_back, name="pre_review_send_back"),
    path("<int:pk>/decline/", pre_review.decline, name="pre_review_decline"),
]

standard_urls = [
    path("", standard.index, name="standards"),
    path("<int:pk>/", standard.detail, name="standard"),
    path("indicators/<int:pk>/", standard.indicator_edit, name="indicator_edit"),
]

score_urls = [
    path("", score.index, name="sheets"),
    path("mine/", score.mine, name="my_scores"),
    path("values/", values.upload, name="values_import"),
    path("values/export/", values.export, name="values_export"),
    path("values/preview/", values.preview, name="values_preview"),
    path("values/apply/", values.apply, name="values_apply"),
    path("values/undo/", values.undo, name="values_undo"),
    path("grid/", grid.index, name="score_grid"),
    path("grid/paste/", grid.paste, name="score_grid_paste"),
    path("<int:pk>/", score.detail, name="sheet"),
    path("<int:pk>/values/<int:indicator>/", score.set_value, name="sheet_set"),
    path("<int:pk>/values/<int:indicator>/keep/", grid.keep, name="sheet_keep"),
    path("<int:pk>/values/<int:indicator>/clear/", score.clear_value, name="sheet_clear"),
    path("<int:pk>/traits/", score.set_traits, name="sheet_traits"),
    path("<int:pk>/adjustments/", score.adjust, name="sheet_adjust"),
    path("<int:pk>/adjustments/<int:line>/remove/", score.unadjust, name="sheet_unadjust"),
]

wall_chart_urls = [
    path("", wall_chart.index, name="wall_chart"),
    path("print/", wall_chart.paper, name="wall_chart_print"),
    path("weak/", wall_chart.weak, name="weak_units"),
    path("weak/list/", wall_chart.list_ticked, name="weak_units_list"),
    path("list/", wall_chart.list_named, name="charted_unit_list"),
    path("<int:pk>/", wall_chart.detail, name="charted_unit"),
    path("<int:pk>/remove/", wall_chart.remove, name="charted_unit_remove"),
    path("<int:pk>/items/new/", wall_chart.item_new, name="chart_item_new"),
    path("items/<int:pk>/edit/", wall_chart.item_edit, name="chart_item_edit"),
    path("items/<int:pk>/close/", wall_chart.item_close, name="chart_item_close"),
    path("items/<int:pk>/reopen/", wall_chart.item_reopen, name="chart_item_reopen"),
]

ranking_urls = [
    path("", publication.index, name="ranking"),
    path("moderated/", moderation.index, name="moderated_ranking"),
    path("moderated/units/<int:pk>/", moderation.unit, name="moderated_unit"),
    path("moderated/propose/", moderation.propose, name="moderation_propose"),
    path("moderated/<int:pk>/", moderation.detail, name="moderation"),
    path("moderated/<int:pk>/adopt/", moderation.adopt, name="moderation_adopt"),
    path("moderated/<int:pk>/refuse/", moderation.refuse, name="moderation_refuse"),
    path("moderated/<int:pk>/withdraw/", moderation.withdraw, name="moderation_withdraw"),
    path("release/", publication.release_new, name="release_new"),
    path("versions/<int:pk>/", publication.release, name="release"),
    path("versions/<int:pk>/withdraw/", publication.withdraw, name="release_withdraw"),
]

honor_urls = [
    path("", honor.index, name="awards"),
    path("catalogue/", honor.catalogue, name="honors"),
    path("grant/", honor.choose, name="grant"),
    path("grant/check/", honor.check, name="grant_check"),
    path("grant/confirm/", honor.grant, name="award_grant"),
    path("<int:pk>/", honor.detail, name="award"),
    path("<int:pk>/revoke/", honor.revoke, name="award_revoke"),
    path("<int:pk>/recognize/", honor.recognize, name="award_recognize"),
    path("<int:pk>/confirm/", honor.confirm, name="award_confirm"),
    path("<int:pk>/drop/", honor.drop, name="award_drop"),
    path("<int:pk>/terminate/", honor.terminate, name="award_terminate"),
]

# Open to everybody: rankings, the honors roll, a unit's page.
public_urls = [
    path("", public.home, name="public_home"),
    path("results/", public.rankings, name="public_rankings"),
    path("results/<int:pk>/", public.ranking, name="public_ranking"),
    path("roll/", public.roll, name="public_roll"),
    path("roll/units/", public.units, name="public_units"),
    path("roll/units/<int:pk>/", public.unit, name="public_unit"),
]

# Acts in a unit's life that reach into the year and the honors.
unit_urls = [
    path("<int:pk>/contacts/", unit_page.contacts, name="unit_contacts"),
    path("<int:pk>/merge/", succession.merge, name="unit_merge"),
    path("<int:pk>/split/", succession.split, name="unit_split"),
    path("<int:pk>/dissolve/", succession.dissolve, name="unit_dissolve"),
]

urlpatterns = [
    *public_urls,
    path("home/", home.index, name="home"),
    path("people/<int:pk>/hand-over/", handover.hand_over, name="hand_over"),
    path("units/", include(unit_urls)),
    path("home/tree/", home.tree, name="tree"),
    path("why/<str:concept>/<int:pk>/", why.detail, name="why"),
    path("health/", health.detail, name="health"),
    path("search/", search.index, name="search"),
    path("years/", include(cycle_urls)),
    path("duties/", include(duty_urls)),
    path("documents/", include(document_urls)),
    path("plans/", include(plan_urls)),
    path("owing/", include(owing_urls)),
    path("ledger/", include(ledger_urls)),
    path("binders/", include(binder_urls)),
    path("gaps/", include(gap_urls)),
    path("x-ray/", include(xray_urls)),
    path("field-surveys/", include(field_survey_urls)),
    path("burden/", burden.index, name="burden"),
    path("evidence/", include(evidence_urls)),
    path("review/", include(review_urls)),
    path("questions/", include(question_urls)),
    path("faq/", include(faq_urls)),
    path("assignments/", include(assignment_urls)),
    path("conflicts/", include(conflict_urls)),
    path("pre-review/", include(pre_review_urls)),
    path("wall-chart/", include(wall_chart_urls)),
    path("standards/", include(standard_urls)),
    path("scores/", include(score_urls)),
    path("ranking/", include(ranking_urls)),
    path("honors/", include(honor_urls)),
]
