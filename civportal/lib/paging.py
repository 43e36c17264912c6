"""Paging by key: the thousandth page of a growing list costs as much as the first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.http import urlencode
from django.utils.timezone import is_naive, make_aware

from .listings import at_path
from .web import whole_number


@dataclass
class KeysetPage:
    """Some rows in order, and the addresses of the page after them and of the first page."""

    rows: list
    next_query: str
    first_query: str

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, place):
        return self.rows[place]


def keyset_page(request, rows, field, per_page=50):
    """The rows after the one named in the address, ordered by `field` and the primary key.

    `field` is a column that is never null among these rows, their own or one that a path leads to, with
    "-" before it for newest first. An address that makes no sense shows the first page.
    """
    name = field.lstrip("-")
    forward = "lt" if field.startswith("-") else "gt"
    rows = rows.order_by(field, "-pk" if field.startswith("-") else "pk")
    value, _comma, key = request.GET.get("after", "").rpartition(",")
    key = whole_number(key)
    if value and key is not None:
        rows = after(rows, name, forward, value, key)
    found = list(rows[: per_page + 1])
    asked = {key: values for key, values in request.GET.lists() if key != "after"}
    # Never empty, for the page draws no link from an empty query.
    first = urlencode(asked, doseq=True) or "after="
    if len(found) <= per_page:
        return KeysetPage(found, "", first if value else "")
    last = found[per_page - 1]
    cursor = f"{spelled(at_path(last, name))},{last.pk}"
    following = urlencode({**asked, "after": cursor}, doseq=True)
    return KeysetPage(found[:per_page], following, first if value else "")


def after(rows, name, forward, value, key):
    """Rows beyond (value, key); all rows when the value is not one the column could hold."""
    try:
        value = moment(column(rows.model, name).to_python(value))
    except (ValidationError, OverflowError):
        return rows
    return rows.filter(Q(**{f"{name}__{forward}": value}) | Q(**{name: value, f"pk__{forward}": key}))


def column(model, path):
    """The column to which a path such as unit__sort_order leads."""
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(name)


def spelled(value):
    """A column's value as it stands in an address."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def moment(value):
    """A point in time as the database compares it; OverflowError beyond the calendar's ends."""
    if not isinstance(value, datetime):
        return value
    return (make_aware(value) if is_naive(value) else value).astimezone(UTC)


def beyond(record, fields, forward=True):
    """What comes after the record, or before it, in this order: the first field that differs decides."""
    step = "gt" if forward else "lt"
    found, same = Q(), {}
    for name in fields:
        value = at_path(record, name)
        found |= Q(**same, **{f"{name}__{step}": value})
        same[name] = value
    return found
