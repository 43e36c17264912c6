"""Looking changes nothing: after a walk over every page that can be reached, every row is as it was."""

import pytest
from django.apps import apps

from tests import browsing
from units.models import Session

pytestmark = pytest.mark.django_db


def rows():
    """Every row of every table but the sessions, by table."""
    models = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in models}


@pytest.mark.parametrize("role", ["lan", "ou", "admin", None])
def test_a_walk_over_every_page_changes_no_row(client, request, furnished, role):
    if role:
        client.force_login(request.getfixturevalue(role))
    before = rows()

    answers = browsing.pages(client, furnished.starts, alike=1)

    changed = {label for label, found in rows().items() if found != before[label]}
    assert changed == set()
    assert max(response.status_code for response in answers.values()) < 500
    assert len(answers) > (10 if role is None else 30)
