"""Finding by any part of a name: texts brought to one form, and cut up for an index.

A record's texts are laid one under another into its haystack. A word is found when the haystack
holds it; that alone decides. To be quick, the haystack is also cut into tokens, and only records
that offer every token of the word are looked at. Chinese has no spaces between words and most
words have two characters, so the tokens are single characters and pairs; letters and digits, of
which there are few, are cut into pairs and triples.

    haystack    ⏎云泽县教育局⏎yzxjyj⏎YUNZEXIANJIAOYUJU⏎ZEXIANJIAOYUJU⏎…⏎JU⏎ ␌ ⏎11999901…⏎

How a text sounds stands in capitals, once from every syllable on: “jiaoyu” is found there and “an”
is not, although “xian” ends with it. Everything else is written small, so the two never mix.
"""

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from django.db.models import Lookup, TextField

from . import pinyin
from .names import plain_name

# Between two texts; no word holds it, so nothing is found across them.
BREAK = "\n"
# Behind the texts by which everybody may search.
DIVIDER = "\f"
# Longer queries are nobody's; what comes behind is not looked at.
LONGEST_QUERY, MOST_WORDS = 200, 8
LONG_WORD = 12
# More letters of a sound than anybody types.
LONGEST_SOUND = 48
# How many letters a token of sound has; a word asks for the longest that it fills.
SOUND_LENGTHS = (6, 4, 3, 2)
SILENT = re.compile(r"[\W_]+")
SPELLED = re.compile(r"(?=.*[a-zü])[a-zü0-9]{2,}")


class Sound(Enum):
    """By how much of its pinyin a text is found."""

    NONE = 0
    INITIALS = 1
    FULL = 2


@dataclass(frozen=True)
class Known:
    """One text by which a record is found; `label` says what it is when it is not what one sees anyway."""

    text: str
    label: str = ""
    sound: Sound = Sound.NONE
    is_open: bool = True


def plain(text):
    """The form in which texts are compared: one width, one case, neither blanks nor punctuation."""
    return SILENT.sub("", plain_name(text))


def words(text):
    """The words of a query, each in plain form and once; all of them have to be found."""
    parts = (plain(part) for part in str(text)[:LONGEST_QUERY].split())
    return list(dict.fromkeys(filter(None, parts)))[:MOST_WORDS]


def spelled(word):
    """The word as the sounds of a haystack are written, or "" when it cannot be pinyin."""
    return word.replace("ü", "v")[:LONGEST_SOUND].upper() if SPELLED.fullmatch(word) else ""


def needles(word):
    """What to look for in haystacks: the word itself, or how it sounds from a syllable on."""
    sound = spelled(word)
    return [word, BREAK + sound] if sound else [word]


def marked(text, words):
    """The text in pieces, each with whether it is one of the words, for showing why it was found."""
    either = re.compile("|".join(re.escape(word) for word in words) or r"(?!)", re.IGNORECASE)
    ends = [0, *(place for match in either.finditer(text) for place in match.span()), len(text)]
    pieces = [(text[start:end], number % 2 == 1) for number, (start, end) in enumerate(pairwise(ends))]
    return [piece for piece in pieces if piece[0]]


def entry_of(knowns):
    """(haystack, tokens) of a record, the tokens as one text with blanks between."""
    tokens: set[str] = set()
    everybodys = part_of([known for known in knowns if known.is_open], tokens)
    further = part_of([known for known in knowns if not known.is_open], tokens)
    return DIVIDER.join([everybodys, further]), " ".join(sorted(tokens))


def part_of(knowns, tokens):
    """The texts one under another, each once; adds what they offer to `tokens`."""
    lines: dict[str, None] = {}
    for known in knowns:
        text = plain(known.text)
        readings = heard(text, known.sound)
        for line in filter(None, (text, *(reading.initials for reading in readings))):
            lines[line] = None
            tokens |= offered(line)
        for reading in readings if known.sound is Sound.FULL else ():
            sounds = spoken(reading.syllables)
            lines |= dict.fromkeys(sounds)
            tokens |= {sound_token(sound[:length]) for sound in sounds for length in SOUND_LENGTHS}
    return BREAK.join(["", *lines, ""])


def heard(text, sound):
    """The readings of a text; none for one without Chinese characters."""
    return pinyin.readings(text) if sound is not Sound.NONE and pinyin.HAN.search(text) else []


def spoken(syllables):
    """How a text sounds from every syllable on: YUNZEXIAN, ZEXIAN, XIAN."""
    return ["".join(syllables[start:])[:LONGEST_SOUND].upper() for start in range(len(syllables))]


def offered(text):
    """The tokens that a text offers, and itself as a whole."""
    pairs = {text[start : start + 2] for start in range(len(text) - 1)}
    triples = {text[start : start + 3] for start in range(len(text) - 2)}
    singles = {character for character in text if not character.isascii()}
    return singles | pairs | {triple for triple in triples if triple.isascii()} | {whole_token(text)}


def whole_token(text):
    """The token of a text that is all of a line."""
    return f"={text}"


def sound_token(sound):
    """The token of a sound's first letters."""
    return f"~{sound.lower()}"


def needed(word):
    """The tokens without which nothing is found by the word: alternatives, of each all.

    Empty when the word is too short to say anything, which a single letter is.
    """
    size = 3 if word.isascii() and len(word) > 2 else 2
    if len(word) == 1:
        return [] if word.isascii() else [[word]]
    # Of a long word tokens side by side say enough.
    step = 1 if len(word) <= LONG_WORD else size
    starts = [*range(0, len(word) - size, step), len(word) - size]
    found = [[word[start : start + size] for start in starts]]
    sound = spelled(word)
    if sound:
        length = next(length for length in SOUND_LENGTHS if length <= len(sound))
        found.append([sound_token(sound[:length])])
    return found


class TextLookup(Lookup):
    """A comparison of two texts that both databases know under another name."""

    def written(self, compiler, connection, template):
        """The comparison as SQL: `template` names the left side and the right side, as often as it likes."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        values = [*left_values * template.count("{left}"), *right_values]
        return template.format(left=left, right=right), values


@TextField.register_lookup
class Holds(TextLookup):
    """Whether a text holds another one, letter by letter: no wildcards, and case counts."""

    lookup_name = "holds"

    def as_sqlite(self, compiler, connection):
        return self.written(compiler, connection, "instr({left}, {right}) > 0")

    def as_postgresql(self, compiler, connection):
        return self.written(compiler, connection, "strpos({left}, {right}) > 0")


@TextField.register_lookup
class HoldsOpenly(TextLookup):
    """The same, of what stands before the divider."""

    lookup_name = "holds_openly"

    def as_sqlite(self, compiler, connection):
        template = "instr(substr({left}, 1, instr({left}, char(12))), {right}) > 0"
        return self.written(compiler, connection, template)

    def as_postgresql(self, compiler, connection):
        return self.written(compiler, connection, "strpos(split_part({left}, chr(12), 1), {right}) > 0")


@TextField.register_lookup
class Offers(TextLookup):
    """Whether a text of tokens has all those of another one; PostgreSQL only, where an index answers it."""

    lookup_name = "offers"

    def as_postgresql(self, compiler, connection):
        return self.written(compiler, connection, "search_tokens({left}) @> string_to_array({right}, ' ')")


def match_query(asked):
    """The same question as FTS5 wants it: all words, of each one alternative, of that all tokens."""
    return " AND ".join(f"({' OR '.join(map(all_of, alternatives))})" for alternatives in asked)


def all_of(tokens):
    return f"({' AND '.join(quoted(token) for token in tokens)})"


def quoted(token):
    return '"' + token.replace('"', '""') + '"'
