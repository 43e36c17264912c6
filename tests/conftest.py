"""The cast and what every test may lean on."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from civportal.lib.workdays import Workdays
from tests import county, examples
from tests.factories import (
    CaseOfficerFactory,
    CycleFactory,
    DirectorFactory,
    LiaisonFactory,
    UnitFactory,
    person_in,
)
from units.models import Membership, Office, Role

examples.register()


# Tests that walk through the whole portal as one person after another.
WALKS = {"test_canary", "test_pages", "test_get_is_safe", "test_mass_assignment", "test_csrf"}
WALKERS = {"ou", "lan", "None"}


def pytest_collection_modifyitems(items):
    """On PostgreSQL the long walks go as the director, a liaison and the public: what one person may see is
    the same on every database, and that each page works there is seen by these."""
    if connection.vendor != "postgresql":
        return
    for item in items:
        who = set(item.callspec.id.split("-")) if hasattr(item, "callspec") else WALKERS
        if item.path.stem in WALKS and not who & WALKERS:
            item.add_marker(pytest.mark.skip(reason="walked on SQLite"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Content types are read once for each process: now, so that no test pays for them by its place."""
    with django_db_blocker.unblock():
        ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture(autouse=True)
def fresh_cache():
    """Nothing is remembered from test to test, except what every running portal has at hand."""
    cache.clear()
    cache.set("office", Office(pk=1))
    cache.set("workdays", Workdays())


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    """Evidence of a test lives and dies with it."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def in_english():
    """Sentences in the language of their ids."""
    with translation.override("en"):
        yield


@pytest.fixture
def school(db):
    """Lan's unit."""
    return UnitFactory(name="云泽县第一小学")


@pytest.fixture
def bank(db):
    """Mei's unit."""
    return UnitFactory(name="云泽县农商银行")


@pytest.fixture
def lan(school):
    """Lan, the school's liaison."""
    return LiaisonFactory(username="lan", name="兰晓", memberships__unit=school)


@pytest.fixture
def mei(bank):
    """Mei, a liaison elsewhere."""
    return LiaisonFactory(username="mei", name="梅青", memberships__unit=bank)


@pytest.fixture
def rui(db):
    """Rui, the case officer."""
    return CaseOfficerFactory(username="rui", name="芮安")


@pytest.fixture
def ou(db):
    """Ou, the director."""
    return DirectorFactory(username="ou", name="欧阳明")


@pytest.fixture
def admin(db):
    """An, who administers the portal: imports, accounts, settings."""
    user = CaseOfficerFactory(username="an", name="安宁")
    Membership.objects.filter(user=user).update(role=Role.ADMINISTRATOR)
    return user


@pytest.fixture
def shen(db):
    """Shen, the auditor: reads everything handed in and the trail, decides nothing."""
    return person_in(Role.AUDITOR, username="shen", name="沈言")


@pytest.fixture
def xun(db):
    """Xun, an inspector: finds every unit, reads no ledger."""
    return person_in(Role.INSPECTOR, username="xun", name="荀行")


@pytest.fixture
def lin(db):
    """Lin, a county leader, who reads where the year stands."""
    return person_in(Role.COUNTY_LEADER, username="lin", name="林川")


@pytest.fixture
def bureau(school):
    """The department above Lan's unit."""
    bureau = UnitFactory(name="云泽县教育局")
    school.supervisor = bureau
    school.save()
    return bureau


@pytest.fixture
def guan(bureau):
    """Guan, who works in the department above Lan's unit."""
    return person_in(Role.SUPERVISOR, bureau, username="guan", name="关宁")


@pytest.fixture
def qiao(school):
    """Qiao, who leads Lan's unit."""
    return person_in(Role.UNIT_LEADER, school, username="qiao", name="乔岳")


@pytest.fixture
def dai(school):
    """Dai, who stands in for Lan."""
    return person_in(Role.DEPUTY, school, username="dai", name="戴辰")


@pytest.fixture
def year(db):
    """The open creation year 2026, with the default standard, every window open today."""
    return CycleFactory()


@pytest.fixture
def furnished(year, school, bank, lan, mei, rui, ou, admin):
    """A county with one of everything, for tests that walk the whole portal."""
    units = {"lan": county.furnish(year, school, lan, by=ou), "mei": county.furnish(year, bank, mei, by=ou)}
    return county.County(units, county.shared(year, by=ou, admin=admin))
