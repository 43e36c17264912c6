"""The bound book of a unit's year: cover, contents, sixteen classes, list of originals, closing sheet."""

from dataclasses import dataclass, field
from functools import partial

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civportal.lib import pdf, preview
from units.models import Office

from .binder_contents import moment
from .binder_files import PDF_PAGES, PICTURES, is_whole

# Why a whole original is not shown in the book; it lies in the archive all the same.
HIDDEN = {
    "unreadable": gettext_lazy("cannot be opened: locked with a password, or damaged when it came in"),
    "busy": gettext_lazy("took too long to draw"),
    "missing": gettext_lazy("the file is missing"),
}


@dataclass
class Plate:
    """What the book shows of an original: its pictures, and a remark."""

    original: object
    check: dict
    pictures: list = field(default_factory=list)
    remark: str = ""

    @property
    def is_lost(self):
        """The archive cannot hold it."""
        return not is_whole(self.check)

    @property
    def is_hidden(self):
        """The book shows nothing of it although it is a picture or a PDF."""
        return not self.pictures and bool(self.check.get("hidden") or self.check.get("pictures"))

    @property
    def anchor(self):
        return f"original-{self.original.number}"


def write(file, contents, checked, binder):
    """Write the book to an open file; answers on which pages everything stands, and what is not shown.

    `checked` is what `binder_files` found out about each original.
    """
    plates = plates_of(contents, checked)
    office = Office.current()
    pages = pdf.write(
        file,
        partial(parts, contents, plates, binder, office),
        title=title_of(contents),
        author=contents.unit.name,
        head=f"{contents.unit.name}　{title_of(contents)}",
        foot=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
    )
    return pages, plates


def title_of(contents):
    return _("Ledger of civilization creation, %(year)s") % {"year": contents.cycle.year}


# what is shown of the originals


def plates_of(contents, checked):
    """Original number → its plate. Every picture is shown once, and as many as a book bears."""
    plates, first, left = {}, {}, PICTURES
    for original in contents.originals:
        check = checked[original.key]
        plate = plates[original.number] = Plate(original, check, remark=remark_of(original, check))
        if original.key in first:
            plate.remark = _("the same file as %(number)s") % {"number": first[original.key]}
            continue
        first[original.key] = original.number
        plate.pictures = pictures_of(original, check)[:left]
        left -= len(plate.pictures)
        if check.get("pictures") and not plate.pictures:
            plate.remark = _("not shown, because the book is full; it lies in the archive")
    return plates


def pictures_of(original, check):
    """The pictures of an original for the book, each with its caption; the first one bears the anchor."""
    count = check.get("pictures", 0)
    if original.is_picture:
        openers = [partial(preview.printed_photo, original.folder, original.sha256)] * count
    else:
        openers = [
            partial(preview.printed_page, original.folder, original.sha256, number + 1)
            for number in range(count)
        ]
    anchor = f"original-{original.number}"
    return [
        pdf.Shown(opened, caption_of(original, place, count), anchor if place == 1 else "")
        for place, opened in enumerate(openers, 1)
    ]


def caption_of(original, place, count):
    name = "　".join(filter(None, (original.number, original.name, original.caption)))
    return f"{name}（{place}/{count}）" if count > 1 else name


def remark_of(original, check):
    """What is to be said of an original: why it is not shown, or not all of it; mostly nothing."""
    if not is_whole(check):
        return lost(check)
    if check.get("hidden"):
        return _("not shown: %(reason)s") % {"reason": HIDDEN[check["hidden"]]}
    if not check["pictures"]:
        return _("not shown here; it lies in the archive")
    if check["pages"] > check["pictures"]:
        said = _("the first %(shown)s of %(pages)s pages are shown")
        return said % {"shown": PDF_PAGES, "pages": check["pages"]}
    return ""


def lost(check):
    """An original that the archive cannot hold."""
    if check["problem"] == "damaged":
        return _("MISSING: the stored file is not the one that was taken in")
    return _("MISSING: the stored file is not there")


# the parts of the book


def parts(contents, plates, binder, office, pages):
    """Everything in its order; `pages` knows the numbers from the second round on."""
    yield from cover(contents, binder, office)
    yield from table_of_contents(contents, pages)
    for section in contents.sections:
        yield from class_of(section, plates, pages)
    yield from list_of_originals(contents, plates, pages)
    yield from closing(contents, plates, pages)


def cover(contents, binder, office):
    counted = ngettext("%(count)s record", "%(count)s records", contents.entry_count)
    files = ngettext("%(count)s original", "%(count)s originals", len(contents.originals))
    below = [
        f"{counted % {'count': contents.entry_count}}　{files % {'count': len(contents.originals)}}",
        _("Made on %(at)s by %(name)s") % {"at": moment(binder.begun_at), "name": binder.made_by},
        _("Binder no. %(number)s") % {"number": binder.pk},
    ]
    return pdf.cover(office.commission_name, title_of(contents), contents.unit.name, below)


def table_of_contents(contents, pages):
    yield from pdf.heading(_("Contents"), 0, "contents")
    lines = []
    for section in contents.sections:
        empty = "" if section.records else "　" + _("(nothing this year)")
        lines.append((0, f"{section.number}　{section.name}{empty}", pages.of(section.anchor)))
        lines += [(1, f"{one.number}　{one.title}", pages.of(one.anchor)) for one in section.records]
    lines.append((0, _("List of originals"), pages.of("originals")))
    lines.append((0, _("Closing sheet"), pages.of("closing")))
    yield pdf.contents(lines)


def class_of(section, plates, pages):
    """A class with its records; an empty one says so and takes no page of its own."""
    if section.records:
        yield pdf.new_page()
    yield from pdf.heading(f"{section.number}　{section.name}", 0, section.anchor)
    if not section.records:
        yield pdf.words(_("The unit has handed in nothing for this class this year."), size=10)
        yield pdf.space(6)
    for record in section.records:
        yield from record_of(record, plates, pages)


def record_of(record, plates, pages):
    yield from pdf.heading(f"{record.number}　{record.title}", 1, record.anchor)
    if record.facts:
        yield pdf.facts(record.facts)
    yield from pdf.prose(record.text)
    if record.table:
        yield pdf.table(*record.table)
    yield from shown_with(record, plates, pages)
    yield pdf.space(5)


def shown_with(record, plates, pages):
    """The record's originals: named in a table, then photos two in a row, then pages as large as paper."""
    if not record.originals:
        return
    found = [plates[original.number] for original in record.originals]
    headings = [_("No."), _("Original"), _("Page")]
    rows = [[plate.original.number, described(plate), pages.of(plate.anchor) or "—"] for plate in found]
    yield pdf.table(headings, rows, [0.16, 0.72, 0.12])
    yield from pdf.photos([shown for plate in found if plate.original.is_picture for shown in plate.pictures])
    for plate in found:
        if not plate.original.is_picture:
            yield from (pdf.whole_page(shown) for shown in plate.pictures)


def described(plate):
    """An original's name with what it is said to show."""
    return "　".join(filter(None, (named(plate), plate.original.caption)))


def named(plate):
    """An original's name with what is to be said of it."""
    return f"{plate.original.name}　（{plate.remark}）" if plate.remark else plate.original.name


def list_of_originals(contents, plates, pages):
    """Every original with its size, its page, and the fingerprint by which anybody can prove it."""
    yield pdf.new_page()
    yield from pdf.heading(_("List of originals"), 0, "originals")
    if not contents.originals:
        yield pdf.words(_("There is no original."), size=10)
        return
    yield pdf.words(_("The fingerprint is SHA-256 of the file as it came in."), size=9, after=4)
    headings = [_("No."), _("Original"), _("Size"), _("Page"), "SHA-256"]
    rows = [
        [
            original.number,
            named(plates[original.number]),
            filesizeformat(original.size),
            pages.of(f"original-{original.number}") or "—",
            original.sha256,
        ]
        for original in contents.originals
    ]
    yield pdf.table(headings, rows, [0.13, 0.35, 0.12, 0.07, 0.33], 7.5)


def closing(contents, plates, pages):
    """The sheet that closes a volume: what it holds, what it lacks, who made and who checked it."""
    yield pdf.new_page()
    yield from pdf.heading(_("Closing sheet"), 0, "closing")
    yield pdf.facts(
        [
            (_("Unit"), contents.unit.name),
            (_("Year"), contents.cycle.year),
            (_("Pages"), pages.total or ""),
            (_("Records"), contents.entry_count),
            (_("Originals"), len(contents.originals)),
            (_("Missing originals"), sum(plate.is_lost for plate in plates.values())),
            (_("Not shown in the book"), sum(plate.is_hidden for plate in plates.values())),
            (_("Empty classes"), "、".join(empty_of(contents)) or "—"),
            (_("Drafts that were not handed in"), contents.draft_count),
        ]
    )
    yield pdf.space(14)
    yield pdf.blanks([_("Bound by:"), _("Checked by:"), _("Date:")])


def empty_of(contents):
    """The numbers of the classes in which there is nothing."""
    return [section.number for section in contents.sections if not section.records]
