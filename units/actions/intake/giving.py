"""What an import gives back: the person's own workbook with its faults marked, and empty templates."""

from django.conf import settings

from civportal.lib import tables
from civportal.lib.tables import Mark, mark_workbook, template
from units.models import Office

from .columns import OUR_REMARKS, Layout

# What a person is to put right; remarks only tell what was understood.
TO_MARK = {"error", "duplicate", "suspected", "warning"}


def marked(batch, content):
    """The list of a batch, given as bytes, with red cells and a column of reasons: .xlsx as bytes."""
    sheets = tables.read(content, batch.file_name, settings.IMPORT_FILE_BYTES)
    layouts = [Layout.from_json(layout) for layout in batch.layout]
    heading_rows = {layout.sheet: layout.last for layout in layouts if layout.state == "read"}
    return mark_workbook(content, sheets, marks_of(batch, layouts), OUR_REMARKS, heading_rows)


def marks_of(batch, layouts):
    """One mark for each thing to put right, at the column of that heading."""
    places = {
        layout.sheet: {column.heading: column.index + 1 for column in reversed(layout.columns)}
        for layout in layouts
    }
    return [
        Mark(row.sheet, row.number, places.get(row.sheet, {}).get(said["column"]), sentence(said))
        for row in batch.rows.to_put_right()
        for said in row.spelled_problems
        if said["level"] in TO_MARK
    ]


def sentence(said):
    """The reason as it stands beside the row, with the column it is about."""
    return f"{said['column']}：{said['sentence']}" if said["column"] else str(said["sentence"])


# templates


def template_of(kind):
    """(file name, .xlsx as bytes) of an empty list of that kind.

    The county's name stands in the title, as it does in the lists that come back.
    """
    empty = kind.template
    title = f"{Office.current().county}{empty.title}"
    return f"{title}模板.xlsx", template(title, empty.columns)
