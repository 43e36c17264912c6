"""XML that streams by, for the files that are one large document (.ods, XML of Excel 2003)."""

import re
from xml.parsers import expat

from .sheet import MIB, bomb, damaged

PROLOGUE = re.compile(r"\s*(<!--|<\?)")
BEGINNING = 2_000
# 110,000 rows of 15 cells, each with its line of text.
MAX_ELEMENTS = 4_000_000
# Characters between the tags; a list of that size has twenty million.
MAX_TEXT = 64 * MIB


class Reader:
    """Calls `begin_…` and `end_…` for the elements named in `NAMES`, and `say` for text.

    Raises TableRefused when the document is not well formed, declares entities, or never ends.
    """

    # Full name of an element → how the methods call it.
    NAMES: dict[str, str] = {}
    # What stands between a namespace and a name; None where the usual prefixes are believed, which is faster.
    BETWEEN: str | None = " "

    def __init__(self):
        self.begins = {full: getattr(self, f"begin_{name}", None) for full, name in self.NAMES.items()}
        self.ends = {full: getattr(self, f"end_{name}", None) for full, name in self.NAMES.items()}
        self.left, self.text_left = MAX_ELEMENTS, MAX_TEXT

    def parse(self, chunks):
        parser = expat.ParserCreate("utf-8", self.BETWEEN)
        parser.buffer_text = True
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.count_text
        parser.StartDoctypeDeclHandler = refuse
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise damaged() from error
        return self

    def begin(self, name, attributes):
        self.left -= 1
        if self.left < 0:
            raise bomb()
        if act := self.begins.get(name):
            act(attributes)

    def end(self, name):
        if act := self.ends.get(name):
            act()

    def count_text(self, text):
        self.text_left -= len(text)
        if self.text_left < 0:
            raise bomb()
        self.say(text)

    def say(self, text):
        """Text between the tags."""


def after_prologue(text):
    """The beginning of a document behind its declarations and comments."""
    at = 0
    while mark := PROLOGUE.match(text, at):
        end = text.find("-->" if mark[1] == "<!--" else ">", mark.end())
        if end < 0:
            return ""
        at = end + (3 if mark[1] == "<!--" else 1)
    return text[at : at + BEGINNING].lstrip()


def refuse(*_about):
    raise damaged()


def number(text, most):
    """A count as an attribute writes it, at least 1 and at most `most`."""
    is_number = text and text.isascii() and text.isdigit() and len(text) < 10
    return min(max(int(text), 1), most) if is_number else 1
