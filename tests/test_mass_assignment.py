"""A form changes what it shows: the name of every model field sent along with it changes nothing more."""

import re

import pytest
from django.apps import apps
from django.db import models, transaction

from tests import browsing
from units.models import Session

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if model is not Session]
# Different at every time, whatever was sent.
FLEETING = (models.DateTimeField,)
FLEETING_NAMES = {"password", "hash", "previous_hash", "last_login", "object_id"}


@pytest.mark.parametrize("role", ["lan", "ou"])
def test_no_form_changes_more_than_it_shows(client, request, furnished, role):
    client.force_login(request.getfixturevalue(role))
    known = {model: set(model._base_manager.values_list("pk", flat=True)) for model in MODELS}
    acts = browsing.acts(client, furnished.starts)
    everything = smuggled()

    more = [
        form.address
        for form in acts
        if after(client, form, {}, known) != after(client, form, everything, known)
    ]

    assert more == []
    assert len(acts) > 4


def test_control_a_field_that_the_form_does_take_shows(client, furnished, lan):
    client.force_login(lan)
    entry = furnished.units["lan"].entry
    form = browsing.Form(f"/ledger/{entry.pk}/edit/", "post", {"title": "甲", "version": str(entry.version)})

    assert after(client, form, {}, {}) != after(client, form, {"place": "别处"}, {})


def smuggled():
    """The name of every field of every model, with a value that it would take."""
    return {
        name: believable(field)
        for model in MODELS
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }


def believable(field):
    if field.is_relation:
        return str(field.related_model._base_manager.values_list("pk", flat=True).last() or 1)
    if field.choices:
        return str(field.choices[-1][0])
    plain = {
        models.BooleanField: "on",
        models.DateField: "2020-02-02",
        models.DateTimeField: "2020-02-02 02:02",
    }
    return plain.get(type(field), "7")


def after(client, form, more, known):
    """What the act makes of the tables; taken back at once."""
    sent = {**more, **{name: value or "3" for name, value in form.fields.items()}}
    with transaction.atomic():
        client.post(form.address, sent)
        found = {model._meta.label: table(model, known) for model in MODELS}
        transaction.set_rollback(True)
    return found


def table(model, known):
    """The rows without what is fleeting; a number that was not there before is just a new one."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, FLEETING) and field.name not in FLEETING_NAMES
    ]
    rows = model._base_manager.values_list(*[field.attname for field in fields])
    return sorted(str([shown(*pair, known) for pair in zip(fields, row, strict=True)]) for row in rows)


def shown(field, value, known):
    model = field.related_model if field.is_relation else field.model if field.primary_key else None
    if model and value is not None:
        return value if value in known.get(model, ()) else "new"
    return re.sub(r"[0-9a-f]{12,}", "", value) if isinstance(value, str) else value
