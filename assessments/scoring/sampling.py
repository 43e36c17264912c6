"""Drawing a sample by a stated number, so that anybody can draw the same one again."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from hashlib import sha256


def drawn(members: Iterable[int], size: int, seed: int) -> list[int]:
    """`size` of the members in the order in which the seed draws them; fewer where there are fewer.

    Every member gets the SHA-256 of "seed:member", and the smallest come first: the same everywhere and
    always, which no random generator's library promises, and nobody can foresee whom a new seed draws.
    """
    return sorted(set(members), key=lambda member: (lot(seed, member), member))[:size]


def is_drawn(receipt: str, percent: int, seed: int) -> bool:
    """Whether what has this receipt is in a sample of so many in a hundred, drawn by the seed.

    A fraction of its own falls to every receipt, from the SHA-256 of "seed:receipt"; what is drawn at a
    smaller share is drawn at every larger one. Receipts are numbered as they come, and nobody who does
    not know the seed can tell which of them are drawn.
    """
    return int(lot(seed, receipt), 16) * 100 < percent * 2**256


def lot(seed: int, member: int | str) -> str:
    return sha256(f"{seed}:{member}".encode()).hexdigest()


@dataclass(frozen=True)
class Candidate:
    """What can be drawn: by what it is known, its stratum, and of which whole it is a part."""

    member: str
    stratum: str
    whole: Hashable


def drawn_evenly(candidates: Iterable[Candidate], size: int, seed: int) -> list[Candidate]:
    """`size` of the candidates by the seed, stratum by stratum in turn, at most one part of each whole.

    Strata take turns in the order of their lots, so that each gives as many as any other, or one less,
    as long as it has some left.
    """
    strata: dict[str, list[Candidate]] = {}
    for candidate in sorted(set(candidates), key=lambda it: (lot(seed, it.member), repr(it))):
        strata.setdefault(candidate.stratum, []).append(candidate)
    turns = sorted(strata, key=lambda stratum: (lot(seed, f"stratum {stratum}"), stratum))
    chosen: list[Candidate] = []
    taken: set[Hashable] = set()
    while turns and len(chosen) < size:
        turns = [stratum for stratum in turns if any(it.whole not in taken for it in strata[stratum])]
        for stratum in turns[: size - len(chosen)]:
            following = next((it for it in strata[stratum] if it.whole not in taken), None)
            if following:
                chosen.append(following)
                taken.add(following.whole)
    return chosen
