"""Drawing a sample by a stated number, so that anybody can draw the same one again."""

from collections.abc import Iterable
from hashlib import sha256


def drawn(members: Iterable[int], size: int, seed: int) -> list[int]:
    """`size` of the members in the order in which the seed draws them; fewer where there are fewer.

    Every member gets the SHA-256 of "seed:member", and the smallest come first: the same everywhere and
    always, which no random generator's library promises, and nobody can foresee whom a new seed draws.
    """
    return sorted(set(members), key=lambda member: (lot(seed, member), member))[:size]


def lot(seed: int, member: int) -> str:
    return sha256(f"{seed}:{member}".encode("ascii")).hexdigest()
