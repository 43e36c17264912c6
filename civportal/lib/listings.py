"""What a list is as a table: its columns in the office's words, and how each gets its value.

A list says it once (`units/listings.py`, `assessments/listings.py`); every export of it follows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from .exporting import Kind

# Rows that are fetched in one go.
ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Column:
    """A column: its heading, where its value comes from, and how people read it.

    `source` is the path of a field as `values_list` takes it, several paths, or a function of the
    record. `words` maps a stored value to what people read; `show` makes it from all its sources.
    `look_up` finds what hangs on the records: it is given the values of rows fetched together, and says
    for each what is shown. `guard` is for what reaches a person: how it leaves unless somebody says why
    it must leave whole.
    """

    heading: str
    source: str | tuple[str, ...] | Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    width: int = 0
    words: Mapping[Any, Any] | None = None
    show: Callable[..., Any] | None = None
    look_up: Callable[[list[Any]], Mapping[Any, Any]] | None = None
    guard: Callable[[Any], Any] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields it is made of; none for a function of the record."""
        if callable(self.source):
            return ()
        return (self.source,) if isinstance(self.source, str) else self.source

    def shown(self, *values: Any) -> Any:
        """What people read for these values."""
        if self.show:
            return self.show(*values)
        return self.words.get(values[0], values[0]) if self.words else values[0]

    def shown_for(self, values: Iterable[Any]) -> Callable[..., Any]:
        """What people read, for rows fetched together with these values of the source."""
        return self.look_up(list(values)).get if self.look_up else self.shown


@dataclass(frozen=True)
class Listing:
    """A list as it can be taken out. `prepare` turns rows fetched together into what is to be shown."""

    name: str
    columns: tuple[Column, ...]
    hint: str = ""
    prepare: Callable[[list[Any]], Iterable[Any]] | None = None

    @property
    def headings(self) -> list[str]:
        return [str(column.heading) for column in self.columns]

    @property
    def formats(self) -> list[tuple[int, int]]:
        """Style and width of every column, as a workbook takes them."""
        return [(column.kind.style, column.width or column.kind.width) for column in self.columns]

    @property
    def reaches_people(self) -> bool:
        return any(column.guard for column in self.columns)

    def guarded(self) -> "Listing":
        """The same list without what would reach a person."""
        columns = (
            replace(one, show=partial(through, one.guard, one)) if one.guard else one for one in self.columns
        )
        return replace(self, columns=tuple(columns))

    def spoken(self) -> "Listing":
        """The same list, its words settled in the language of this moment."""
        columns = (
            replace(one, words={value: str(word) for value, word in one.words.items()}) if one.words else one
            for one in self.columns
        )
        return replace(self, columns=tuple(columns))

    def rows(self, records: Any) -> Iterator[list[Any]]:
        """The rows of the file, fetched while they are read.

        Plain paths are asked for as such, which costs a third of making records of them.
        """
        takes_records = self.prepare or any(callable(column.source) for column in self.columns)
        if isinstance(records, QuerySet) and not takes_records:
            yield from self.spoken().rows_of_values(records)
        else:
            yield from self.spoken().rows_of_records(records)

    def rows_of_values(self, records: Any) -> Iterator[list[Any]]:
        paths = list(dict.fromkeys(path for column in self.columns for path in column.paths))
        places = [[paths.index(path) for path in column.paths] for column in self.columns]
        worded = [
            (number, column, place)
            for number, (column, place) in enumerate(zip(self.columns, places, strict=True))
            if column.show or column.words or column.look_up
        ]
        found = records.prefetch_related(None).values_list(*paths).iterator(chunk_size=ROWS_AT_ONCE)
        for chunk in together(found):
            shown = [
                (number, column.shown_for(row[place[0]] for row in chunk), place)
                for number, column, place in worded
            ]
            for row in chunk:
                # Where nothing is to be worded, the value is taken as it comes.
                cells = [row[place[0]] for place in places]
                for number, show, place in shown:
                    cells[number] = show(*[row[index] for index in place])
                yield cells

    def rows_of_records(self, records: Any) -> Iterator[list[Any]]:
        for chunk in together(fetched(records)):
            told = list(self.prepare(chunk)) if self.prepare else chunk
            shown = [
                (column, column.shown_for(value_of(record, column)[0] for record in told))
                for column in self.columns
            ]
            for record in told:
                yield [show(*value_of(record, column)) for column, show in shown]


def together(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows, as many at a time as are fetched in one go."""
    rest = iter(rows)
    while chunk := list(islice(rest, ROWS_AT_ONCE)):
        yield chunk


def fetched(records: Any) -> Iterable[Any]:
    """The records one by one, however they come."""
    return records.iterator(chunk_size=ROWS_AT_ONCE) if isinstance(records, QuerySet) else records


def value_of(record: Any, column: Column) -> tuple[Any, ...]:
    """What the column's sources say of the record."""
    if callable(column.source):
        return (column.source(record),)
    return tuple(at_path(record, path) for path in column.paths)


def at_path(record: Any, path: str) -> Any:
    """What stands at the end of the path; None where it breaks off."""
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record


def through(guard: Callable[[Any], Any], column: Column, *values: Any) -> Any:
    value = column.shown(*values)
    return value and guard(value)


def how_many(records: QuerySet | Sequence[Any]) -> int:
    return records.count() if isinstance(records, QuerySet) else len(records)
