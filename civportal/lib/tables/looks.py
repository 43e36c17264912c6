"""The small parts of an .xlsx that say what its sheets are called and which looks carry a meaning."""

import posixpath
import re
from xml.parsers import expat

from .sheet import MIB, bomb, damaged

MAX_STYLES = 16 * MIB
MAX_ELEMENTS = 1_000_000
DEEPEST = 100
# White, and "as the window".
PLAIN = {"FFFFFFFF", "00FFFFFF", "FFFFFF"}
WHITE = {"1", "9", "64", "65"}
PLACE = re.compile(r"[A-Z]{1,3}([0-9]{1,7})$")
NO = {"0", "false"}


def walk(content, see):
    """Show every element of a document to `see(path of names from the root, attributes)`."""
    path, left = [], [MAX_ELEMENTS]

    def opened(name, attributes):
        left[0] -= 1
        if left[0] < 0 or len(path) > DEEPEST:
            raise bomb()
        path.append(local(name))
        see(tuple(path), {local(key): value for key, value in attributes.items()})

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda name: path.pop()
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise damaged() from error


def local(name):
    return name.rpartition("}")[2]


def sheet_names(package):
    """Path of a sheet's member → its name, as the workbook has them."""
    paths, names = relations(package, "xl/workbook.xml"), {}

    def see(path, about):
        if path[-1] == "sheet" and about.get("id") in paths:
            names[paths[about["id"]][1]] = about.get("name", "")

    walk(package.part("xl/workbook.xml", MAX_STYLES), see)
    return names


def relations(package, name):
    """Id → (kind, path) of everything a member refers to."""
    folder, file_name = posixpath.split(name)
    content, found = package.part(f"{folder}/_rels/{file_name}.rels", MIB), {}

    def see(path, about):
        if path[-1] == "Relationship":
            kind = about.get("Type", "").rpartition("/")[2]
            found[about.get("Id")] = (kind, resolved(folder, about.get("Target", "")))

    if content:
        walk(content, see)
    return found


def resolved(folder, target):
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def commented_rows(package, name):
    """The rows of a sheet to which somebody wrote a comment."""
    rows = set()

    def see(path, about):
        if path[-1] == "comment" and (place := PLACE.match(about.get("ref", ""))):
            rows.add(int(place[1]))

    for kind, path in relations(package, name).values():
        if kind == "comments" and path in package:
            walk(package.part(path, MAX_STYLES), see)
    return rows


class Styles:
    """Which cell styles strike out, and which fill the cell with a color."""

    def __init__(self):
        self.fonts = self.fills = self.styles = -1
        self.struck_fonts, self.colors = set(), set()
        self.struck, self.filled = set(), set()

    def see(self, path, about):
        match path[1:]:
            case ("fonts", "font"):
                self.fonts += 1
            case ("fonts", "font", "strike") if about.get("val") not in NO:
                self.struck_fonts.add(str(self.fonts))
            case ("fills", "fill"):
                self.fills += 1
            case ("fills", "fill", "patternFill", "fgColor") if is_color(about):
                self.colors.add(str(self.fills))
            case ("cellXfs", "xf"):
                self.styles += 1
                if about.get("fontId") in self.struck_fonts:
                    self.struck.add(self.styles)
                if about.get("fillId") in self.colors:
                    self.filled.add(self.styles)


def marked_styles(package):
    """(numbers of the cell styles that strike out, of those that fill the cell with a color)."""
    styles = Styles()
    if "xl/styles.xml" in package:
        walk(package.part("xl/styles.xml", MAX_STYLES), styles.see)
    return styles.struck, styles.filled


def is_color(about):
    """Whether the color is seen on white paper."""
    is_plain = about.get("rgb") in PLAIN or about.get("theme") == "0" or about.get("indexed") in WHITE
    return not is_plain
