"""Drawing a sample by a stated number, so that anybody can draw the same one again."""

from collections.abc import Iterable
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
