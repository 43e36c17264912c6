"""Any list as a file: the same rows, the same permission, and a line in the trail."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.http import StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext, override

from civportal.lib.clock import now, today
from civportal.lib.exporting import REMARK, Sheet, stream_csv, stream_xlsx
from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.listings import Listing, how_many
from units.actions import trail
from units.models import User

FORMATS = {"xlsx": CONTENT_TYPES["xlsx"], "csv": "text/csv; charset=utf-8"}
# With this word a line below a list is known to be none of its rows when the list comes back.
NOTE = "说明："


def exported(request, listing, records, said=(), *, reason=""):
    """The list as a file, streamed, after the trail says who took what.

    `said` is how it was narrowed, in words. Without a `reason` nothing in it reaches a person.
    """
    if listing.reaches_people and not reason:
        listing = listing.guarded()
    copy = Copy(listing, tuple(said), now(), request.user, reason)
    trail.record(request.user, "export", by=request.user, note=copy.told(how_many(records)))
    return answer(copy, records, request.POST.get("format"))


def given_out(listing, records, kind, said=()):
    """A public list as a file, to whoever asks: nothing in it is anybody's own."""
    return answer(Copy(listing, tuple(said), now()), records, kind)


@dataclass(frozen=True)
class Copy:
    """One copy of a list: how it was narrowed, when it was taken, by whom and what for."""

    listing: Listing
    said: tuple[str, ...]
    at: datetime
    by: User | None = None
    reason: str = ""

    def told(self, count):
        """What the trail says of it."""
        rows = ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}
        return "；".join(filter(None, [str(self.listing.name), *self.said, rows, self.purpose]))

    @property
    def purpose(self):
        return self.reason and gettext("Purpose: %(reason)s") % {"reason": self.reason}

    @property
    def taken(self):
        """Who took it and when."""
        when = date_format(localtime(self.at), "Y-m-d H:i")
        if self.by is None:
            return gettext("Exported: %(when)s") % {"when": when}
        who = f"{self.by.name}（{self.by.username}）"
        return gettext("Exported: %(when)s, %(who)s") % {"when": when, "who": who}

    @property
    def mark(self):
        """The line that says of every copy with contacts whose it is; "" of any other."""
        if not self.reason:
            return ""
        return "　".join([gettext("Internal, not to be passed on"), self.taken, self.purpose])

    def lines(self, sheet):
        """The second sheet, written when the rows of the first are counted."""
        count = sheet.height - sheet.frozen
        yield [gettext("List: %(name)s") % {"name": self.listing.name}]
        if self.said:
            yield from ([sentence] for sentence in self.said)
        else:
            yield [gettext("Filters: none, the whole list")]
        yield [gettext("Rows: %(count)s") % {"count": count}]
        yield [self.taken]
        if self.listing.hint:
            yield [str(self.listing.hint)]
        if self.mark:
            yield [self.mark]


def answer(copy, records, kind):
    """The file on its way, its first bytes before the last row is read."""
    kind = kind if kind in FORMATS else "xlsx"
    make = workbook if kind == "xlsx" else text
    name = f"{copy.listing.name}-{today():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    chunks = spoken(get_language(), make(copy, records))
    return StreamingHttpResponse(chunks, content_type=FORMATS[kind], headers=headers)


def workbook(copy, records):
    listing = copy.listing
    first = Sheet(
        str(listing.name),
        listing.rows(records),
        listing.headings,
        listing.formats,
        line=copy.mark,
        footer=copy.mark or copy.taken,
    )
    about = Sheet(gettext("About this file"), copy.lines(first), columns=[(REMARK, 90)])
    yield from stream_xlsx([first, about])


def text(copy, records):
    mark = [[f"{NOTE}{copy.mark}"]] if copy.mark else []
    yield from stream_csv(copy.listing.headings, chain(copy.listing.rows(records), mark))


def spoken(language, chunks):
    """The chunks, each made in that language: a stream goes on when its request has ended."""
    while True:
        with override(language):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
