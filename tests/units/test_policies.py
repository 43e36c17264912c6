"""The permission table of units, people and imports: every permission, role, relation and state."""

import copy

import pytest
from rules.permissions import permissions

from civportal.lib.policy import CHAPTERS, QUESTIONS, policy_of
from tests import matrix
from tests.factories import (
    AccountRequestFactory,
    LetterFactory,
    LiaisonFactory,
    OutgoingLetterFactory,
    UnitFactory,
    WindowFactory,
)
from tests.matrix import (
    ABOVE,
    DIRECTORS,
    EVERYBODY,
    NOBODY,
    OFFICE,
    OWN,
    READERS,
    REGISTER,
    SUPERVISORS,
    WRITERS,
    Section,
    in_every,
    only,
)
from units.models import (
    AccountRequest,
    ImportBatch,
    OutgoingLetter,
    Paper,
    ResponsibilityLetter,
    Role,
    Unit,
    User,
    Window,
)

pytestmark = pytest.mark.django_db

ADMIN = {"administrator"}
HEADS = ADMIN | DIRECTORS
KNOW_PEOPLE = HEADS | {"auditor"}
EVERY_ACCOUNT = EVERYBODY | {"nobody"}


def units_section(school):
    def standing(participation):
        unit = copy.copy(school)
        unit.participation = participation
        return lambda user: unit

    states = {participation: standing(participation) for participation in Unit.Participation.values}
    exists = dict.fromkeys(states, HEADS) | {"ended": NOBODY}
    return Section("units", states, {
        "view_unit_page": in_every(states, REGISTER | OWN | ABOVE),
        "view_contacts": in_every(states, OFFICE | OWN),
        "view_history": in_every(states, READERS | OWN | ABOVE),
        "edit_unit": in_every(states, OFFICE),
        "change_unit": in_every(states, OFFICE) | {"ended": NOBODY},
        "rename_unit": exists,
        "merge_units": exists,
        "split_unit": exists,
        "dissolve_unit": exists,
        "view_paper": in_every(states, REGISTER | OWN | ABOVE),
        "add_paper": in_every(states, OFFICE | WRITERS),
        "view_window": in_every(states, REGISTER | OWN | ABOVE),
        "add_window": in_every(states, OFFICE | WRITERS) | {"ended": NOBODY},
        "edit_window": in_every(states, OFFICE | WRITERS),
        "view_organization": in_every(states, REGISTER | OWN | ABOVE),
        "edit_organization": in_every(states, OFFICE | WRITERS) | {"ended": NOBODY},
        "view_letter": in_every(states, REGISTER | OWN | ABOVE),
        "sign_letter": in_every(states, OFFICE | WRITERS | ABOVE) | {"ended": NOBODY},
        "print_letters": in_every(states, OFFICE | OWN | ABOVE),
        "delete_letter": in_every(states, OFFICE),
    })  # fmt: skip


def imports_section():
    def batch(status, kind="units"):
        return lambda user: ImportBatch(status=status, kind=kind)

    states = {status: batch(status) for status in ImportBatch.Status.values}
    states["honors"] = batch("previewed", "honors")
    acts = ["preview", "apply", "decide", "rearrange", "download", "discard", "undo"]
    table = {f"{act}_import": in_every(states, ADMIN) | {"honors": HEADS} for act in acts}
    return Section("units", states, table | {"view_import": in_every(states, OFFICE)})


def people_section(officer):
    somebody, blocked = User(pk=-1, name="某人"), User(pk=-2, name="某人", is_active=False)
    for person in (somebody, blocked):
        person.roles = []
    states = {
        "somebody else": lambda user: somebody,
        "officer": lambda user: officer,
        "blocked": lambda user: blocked,
        "oneself": lambda user: user,
    }
    others = in_every(states, ADMIN) | {"oneself": NOBODY}
    return Section("units", states, {
        "view_person": in_every(states, KNOW_PEOPLE) | {"oneself": EVERY_ACCOUNT},
        "give_role": in_every(states, ADMIN) | {"blocked": NOBODY},
        "take_role": others,
        # Handing over an office role makes somebody an officer: for administrators only.
        "hand_over": only(states, somebody_else=HEADS, officer=ADMIN),
        "reset_password": others,
        "block_account": others,
        "reset_second_factor": others,
    })  # fmt: skip


def requests_section():
    def request(status):
        return lambda user: AccountRequest(status=status)

    states = {status: request(status) for status in AccountRequest.Status.values}
    return Section("units", states, {
        "approve_request": only(states, pending=ADMIN),
        "refuse_request": only(states, pending=ADMIN),
    })  # fmt: skip


def mail_section():
    def letter(status):
        return lambda user: OutgoingLetter(status=status)

    states = {status: letter(status) for status in OutgoingLetter.Status.values}
    still = only(states, draft=HEADS, held=HEADS, failed=HEADS)
    return Section("units", states, {
        "view_mail": in_every(states, HEADS),
        "edit_mail": still,
        "queue_mail": still,
        "hold_mail": only(states, draft=HEADS, queued=HEADS),
        "discard_mail": only(states, draft=HEADS, held=HEADS, queued=HEADS, failed=HEADS),
    })  # fmt: skip


def general_section():
    states = {"": lambda user: None}
    who = {
        "list_units": REGISTER | SUPERVISORS,
        "create_unit": OFFICE,
        "list_windows": EVERYBODY,
        "list_letters": EVERYBODY,
        "import_lists": HEADS,
        "import_people": ADMIN,
        "edit_letter_text": HEADS,
        "list_requests": ADMIN,
        "import_units": ADMIN,
        "list_people": KNOW_PEOPLE,
        "issue_account": ADMIN,
        "list_mail": HEADS,
        "let_mail_go": HEADS,
        "view_health": ADMIN,
        "edit_office": HEADS,
        "view_trail": KNOW_PEOPLE,
        "view_permissions": KNOW_PEOPLE,
        "administer": ADMIN,
    }
    return Section("units", states, {name: {"": may} for name, may in who.items()})


@pytest.fixture
def sections(school, rui):
    people = people_section(officer=rui)
    of_mail, of_requests = mail_section(), requests_section()
    return [units_section(school), imports_section(), people, of_requests, of_mail, general_section()]


@pytest.fixture
def cast(school, bank, bureau):
    return matrix.cast_around(school, bureau, bank)


def test_the_policies_say_what_the_tables_say(cast, sections):
    assert [difference for section in sections for difference in section.differences(cast)] == []


def test_the_tables_name_every_permission_in_every_state(sections):
    known = {name for name in permissions if name.startswith("units.")}

    assert set.union(*(section.permissions for section in sections)) == known
    assert [section.gaps() for section in sections] == [set()] * len(sections)


def test_the_cast_holds_every_role_in_every_relation(cast):
    assert {held.role for user in cast.values() for held in user.roles} == set(Role)
    assert set(cast) == matrix.EVERYBODY | {"nobody"}


def test_a_policy_with_a_question_more_or_less_would_be_noticed(cast, sections, monkeypatch):
    unnoticed = {mutant for section in sections for mutant in matrix.unnoticed(section, cast, monkeypatch)}

    assert unnoticed == set()


@pytest.mark.parametrize("answer", [True, False])
def test_a_policy_wide_open_or_shut_fails_the_table(cast, sections, monkeypatch, answer):
    constant = matrix.always_true if answer else matrix.always_false
    for section in sections:
        for name in section.table:
            with monkeypatch.context() as patch:
                patch.setitem(permissions, f"{section.app}.{name}", constant)
                assert section.differences(cast, [name]), name


def test_a_blocked_administrator_may_nothing(cast):
    administrator = cast["administrator"]
    administrator.is_active = False

    assert not administrator.has_perm("units.list_units")


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def test_every_question_of_every_policy_has_words():
    asked = {condition.name for name in permissions for way in policy_of(name) for condition in way}

    assert asked - set(QUESTIONS) == set()
    assert [name for name, question in QUESTIONS.items() if not (question.yes and question.no)] == []


def test_every_permission_has_a_sentence_and_no_sentence_is_left_over():
    told = [name for chapter in CHAPTERS.values() for name in chapter.sentences]

    assert sorted(told) == sorted(permissions)


# ── lists and permissions agree ──────────────────────────────────────────────────────────────────


def test_lists_of_units_hold_what_may_be_viewed(cast, school):
    UnitFactory(supervisor=school)

    for name, user in cast.items():
        viewable = {unit for unit in Unit.objects.all() if user.has_perm("units.view_unit_page", unit)}
        assert viewable == set(Unit.objects.visible_to(user)), name


def test_papers_are_known_to_those_who_may_read_them(cast, school, bank):
    papers = [Paper.objects.create(unit=unit, title="成立批复", number="1", added_by=cast["director"])
              for unit in (school, bank)]  # fmt: skip

    for name, user in cast.items():
        readable = {paper for paper in papers if user.has_perm("units.view_paper", paper.unit)}
        assert readable == set(Paper.objects.visible_to(user)), name


def test_windows_and_letters_are_known_to_those_who_may_see_them(cast, school, bank):
    windows = [WindowFactory(unit=unit) for unit in (school, bank)]
    letters = [LetterFactory(unit=unit) for unit in (school, bank)]

    for name, user in cast.items():
        seen = {window for window in windows if user.has_perm("units.view_window", window.unit)}
        assert seen == set(Window.objects.visible_to(user)), name
        read = {letter for letter in letters if user.has_perm("units.view_letter", letter.unit)}
        assert read == set(ResponsibilityLetter.objects.visible_to(user)), name


def test_requests_are_known_to_those_who_list_them(cast):
    AccountRequestFactory()

    for name, user in cast.items():
        assert AccountRequest.objects.visible_to(user).exists() is user.has_perm("units.list_requests"), name


def test_letters_are_known_to_those_who_keep_the_outbox(cast):
    letter = OutgoingLetterFactory()

    for name, user in cast.items():
        seen = OutgoingLetter.objects.visible_to(user).exists()
        assert seen is user.has_perm("units.view_mail", letter) is user.has_perm("units.list_mail"), name


def test_imports_are_the_offices_own(cast):
    batch = ImportBatch.objects.create(file_name="a.xlsx", sha256="0" * 64, size=1, by=cast["director"])

    for name, user in cast.items():
        assert ImportBatch.objects.visible_to(user).exists() is user.has_perm("units.view_import", batch), (
            name
        )


def test_people_are_known_to_those_who_may_see_their_page(cast):
    LiaisonFactory()

    for name, user in cast.items():
        viewable = {person for person in User.objects.people() if user.has_perm("units.view_person", person)}
        assert viewable == set(User.objects.visible_to(user)), name
