"""Views of the queue under a name."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import saved_view
from assessments.models import SavedView
from tests.factories import SavedViewFactory


def test_a_view_is_ones_own_until_it_is_shared(rui, ou):
    own = saved_view.keep("补正的", "again=on", by=rui)
    shared = saved_view.keep("迟交的", "late=on", by=rui, is_shared=True)

    assert list(SavedView.objects.visible_to(rui)) == [own, shared]
    assert list(SavedView.objects.visible_to(ou)) == [shared]


def test_ones_own_views_come_first(rui, ou):
    theirs = SavedViewFactory(owner=ou, name="A", is_shared=True)
    own = SavedViewFactory(owner=rui, name="B")

    assert list(SavedView.objects.visible_to(rui)) == [own, theirs]


def test_a_name_is_kept_once_by_each_person(rui, ou, in_english):
    view = saved_view.keep("迟交的", "late=on", by=rui)
    other = saved_view.keep("补正的", "again=on", by=rui)
    saved_view.keep("迟交的", "late=on", by=ou)

    with pytest.raises(ValidationError, match="this name"):
        saved_view.keep("迟交的", "", by=rui)
    with pytest.raises(ValidationError, match="this name"):
        saved_view.change(other, "迟交的", is_shared=False)
    assert saved_view.change(view, "迟交的", is_shared=True).is_shared


def test_the_database_keeps_a_name_once_too(rui):
    SavedViewFactory(owner=rui, name="迟交的")

    with pytest.raises(IntegrityError), transaction.atomic():
        SavedViewFactory(owner=rui, name="迟交的")


def test_twelve_views_are_enough(rui, in_english):
    SavedViewFactory.create_batch(saved_view.MOST, owner=rui)

    with pytest.raises(ValidationError, match="12 views"):
        saved_view.keep("再来一个", "", by=rui)

    saved_view.remove(rui.saved_views.first())
    assert saved_view.keep("再来一个", "", by=rui).pk
