"""Who reviews what: as many reviewers for each task as asked, nobody barred or overloaded, evenly spread.

Tasks and reviewers are numbers. What is assigned already is never moved: only gaps are filled.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass
class Proposal:
    """What would be assigned newly, and how it would stand then."""

    # task → the reviewers to add, in their order
    added: dict[int, list[int]] = field(default_factory=dict)
    # task → how many reviewers are still missing
    missing: dict[int, int] = field(default_factory=dict)
    # reviewer → how many tasks, with those there were before
    loads: dict[int, int] = field(default_factory=dict)


def propose(
    tasks: Iterable[int],
    reviewers: Iterable[int],
    *,
    each: int,
    limit: int,
    barred: Collection[tuple[int, int]] = (),
    existing: Mapping[int, Collection[int]] | None = None,
    loads: Mapping[int, int] | None = None,
    seed: int = 0,
) -> Proposal:
    """Fill every task up to `each` reviewers, none of them above `limit` tasks.

    `barred` holds (task, reviewer) that must not be; `existing` is task → who has it already, `loads`
    how many tasks each reviewer has already. As many places as possible are filled: first one for
    every task, then a second. Among all ways to do so, loads are as even as they can be: moving one
    new task from anybody to somebody with two fewer is impossible, directly or along others. The
    seed settles whatever is left to chance, so the same question has the same answer.
    """
    return Assigner(
        sorted(set(tasks)), sorted(set(reviewers)), limit, set(barred), existing or {}, loads or {}, seed
    ).run(each)


class Assigner:
    """The new assignments while they are sought; a path moves them one by one."""

    def __init__(self, tasks, reviewers, limit, barred, existing, loads, seed):
        self.seed, self.limit, self.barred = seed, limit, barred
        self.existing = {task: set(existing.get(task, ())) for task in tasks}
        self.tasks = sorted(tasks, key=lambda task: (lot(seed, task), task))
        self.reviewers = sorted(reviewers, key=lambda one: (lot(seed, 0, one), one))
        self.loads = {one: loads.get(one, 0) for one in self.reviewers}
        self.added: dict[int, set[int]] = {task: set() for task in tasks}
        self.held: dict[int, set[int]] = {one: set() for one in self.reviewers}

    def run(self, each):
        for number in range(1, each + 1):
            for task in self.tasks:
                if len(self.existing[task]) + len(self.added[task]) < number:
                    self.fill(task)
        while self.even_out():
            pass
        return Proposal(
            added={task: sorted(there) for task, there in sorted(self.added.items()) if there},
            missing={
                task: short
                for task in sorted(self.added)
                if (short := each - len(self.existing[task]) - len(self.added[task])) > 0
            },
            loads=dict(sorted(self.loads.items())),
        )

    def may(self, task, reviewer):
        """Whether the task could be this reviewer's besides those who have it."""
        return (
            (task, reviewer) not in self.barred
            and reviewer not in self.existing[task]
            and reviewer not in self.added[task]
        )

    def candidates(self, task):
        """Who could take the task, the least loaded first, chance between equals."""
        free = [one for one in self.reviewers if self.may(task, one)]
        return sorted(free, key=lambda one: (self.loads[one], lot(self.seed, task, one), one))

    def fill(self, task):
        """Find one more reviewer for the task; others pass tasks on where that makes room."""
        starts = self.candidates(task)
        came_from: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
        end = self.search(came_from, starts, lambda one: self.loads[one] < self.limit)
        if end is not None:
            first = self.shift(came_from, end)
            self.give(task, first)

    def even_out(self):
        """Take one task from somebody to somebody with two fewer, along others if need be; whether it did."""
        for giver in sorted(self.reviewers, key=lambda one: (-self.loads[one], lot(self.seed, 0, one), one)):
            came_from: dict[int, tuple[int, int] | None] = {giver: None}
            most = self.loads[giver] - 2
            if most < min(self.loads.values()):
                return False
            end = self.search(came_from, [giver], lambda one, most=most: self.loads[one] <= most)
            if end is not None:
                self.shift(came_from, end)
                return True
        return False

    def search(self, came_from, starts, is_end):
        """The nearest reviewer who is an end, over tasks that one could pass on to the next."""
        waiting = deque(starts)
        while waiting:
            one = waiting.popleft()
            if is_end(one):
                return one
            for task in sorted(self.held[one]):
                for other in self.reviewers:
                    if other not in came_from and self.may(task, other):
                        came_from[other] = (one, task)
                        waiting.append(other)
        return None

    def shift(self, came_from, end):
        """Let everybody on the way pass a task on; answers where the way began, which has room now."""
        one = end
        while (step := came_from[one]) is not None:
            before, task = step
            self.take(task, before)
            self.give(task, one)
            one = before
        return one

    def give(self, task, reviewer):
        self.added[task].add(reviewer)
        self.held[reviewer].add(task)
        self.loads[reviewer] += 1

    def take(self, task, reviewer):
        self.added[task].discard(reviewer)
        self.held[reviewer].discard(task)
        self.loads[reviewer] -= 1


def lot(seed: int, *numbers: int) -> str:
    """A draw that is the same everywhere and always; see `sampling.lot`."""
    return sha256(":".join(map(str, (seed, *numbers))).encode("ascii")).hexdigest()
