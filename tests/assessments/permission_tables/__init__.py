"""Who may do what in a creation year, concept by concept: by role, relation to the unit, and state."""

from tests.factories import UserFactory
from tests.matrix import DIRECTORS, EVERYBODY, LIAISONS, OFFICE, OFFICERS, READERS, SUPERVISORS, Section

from .ledger import binders_section, entries_section, gaps_section, makings_section, xrays_section
from .plan import (
    chart_items_section,
    charted_section,
    documents_section,
    field_surveys_section,
    findings_section,
    plans_section,
    receipts_section,
)
from .review import (
    bulk_section,
    calibration_items_section,
    calibrations_section,
    conflicts_section,
    faqs_section,
    hints_section,
    notes_section,
    overrides_section,
    questions_section,
    saved_views_section,
)
from .score import awards_section, moderations_section, releases_section, sheets_section
from .shared import HEADS, fixed
from .year import cycles_section, duties_section, standards_section


def all_sections(school, bank, cycles):
    """Every table of the app."""
    return [
        entries_section(school, cycles),
        documents_section(school, cycles),
        receipts_section(school, cycles),
        plans_section(school, cycles),
        duties_section(school, cycles),
        notes_section(school, cycles),
        questions_section(school, cycles),
        faqs_section(),
        saved_views_section(),
        gaps_section(school),
        xrays_section(school),
        makings_section(school),
        binders_section(school, bank, cycles),
        bulk_section(),
        charted_section(school, cycles),
        chart_items_section(school, cycles),
        field_surveys_section(cycles),
        findings_section(school),
        conflicts_section(school, UserFactory()),
        hints_section(school, UserFactory()),
        overrides_section(school, UserFactory()),
        calibrations_section(),
        calibration_items_section(school),
        moderations_section(UserFactory()),
        sheets_section(school, cycles),
        awards_section(school),
        releases_section(),
        standards_section(),
        cycles_section(),
        general_section(),
    ]


def general_section():
    who = {
        "prepare_cycle": DIRECTORS,
        "load_holidays": HEADS,
        "extend_duties": OFFICERS,
        "write_document": OFFICERS,
        "write_plan": LIAISONS,
        "write_entry": LIAISONS,
        "write_entry_for_unit": OFFICERS,
        "view_bin": LIAISONS | OFFICERS,
        "review_entries": OFFICERS,
        "view_agreement": DIRECTORS,
        "list_bulks": OFFICERS,
        "list_calibrations": OFFICERS,
        "hold_calibration": DIRECTORS,
        "view_moderation": HEADS,
        "propose_moderation": DIRECTORS,
        "edit_guide": HEADS,
        "edit_reason": HEADS,
        "view_weak_units": READERS,
        "keep_wall_chart": OFFICERS,
        "list_field_surveys": READERS,
        "hold_field_survey": OFFICERS,
        "declare_conflict": OFFICERS,
        "list_conflicts": HEADS,
        "list_assignments": OFFICERS,
        "assign_reviewers": DIRECTORS,
        "list_sheets": READERS,
        "import_values": OFFICERS,
        "list_awards": READERS,
        "grant_award": DIRECTORS,
        "import_honors": HEADS,
        "import_standard": HEADS,
        "view_ranking": READERS,
        "release_ranking": DIRECTORS,
        "list_gaps": READERS | SUPERVISORS,
        "list_xray": READERS | SUPERVISORS,
        "make_binders": OFFICE | SUPERVISORS,
        "view_burden": EVERYBODY,
        "view_owing": READERS | SUPERVISORS,
        "take_deadlines": LIAISONS,
        "view_tree": SUPERVISORS,
        "pre_review_entries": SUPERVISORS,
        "administer": {"administrator"},
    }
    return Section("assessments", {"": fixed(None)}, {name: {"": may} for name, may in who.items()})
