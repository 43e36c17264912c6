"""Looking changes nothing: after a walk over every page that can be reached, every row is as it was.

One thing is excepted: whoever opens a message has read it.
"""

import pytest
from django.apps import apps

from tests import browsing
from units.models import Notification, Session

pytestmark = pytest.mark.django_db


def rows():
    """Every row of every table but the sessions, by table."""
    models = [model for model in apps.get_models() if model is not Session]
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list(*told(model))))
        for model in models
    }


def told(model):
    """The columns that are compared: of a message all but when it was first opened."""
    names = [field.attname for field in model._meta.concrete_fields]
    return [name for name in names if model is not Notification or name != "seen_at"]


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
