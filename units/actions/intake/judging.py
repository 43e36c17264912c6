"""How a list of any length is judged: every row is heard first, then each part is told its verdicts."""


class Judge:
    """Judges the rows of one file, which it is given part by part and twice, in the file's order.

    A subclass keeps of what it hears only what it needs, so that a long list is never in memory whole.
    """

    def __init__(self):
        # The rows to be written with their records, for kinds that write all of them at once.
        self.chosen = []

    def hear(self, rows):
        """Take note of some rows; their verdicts come later."""

    def settle(self):
        """All rows are heard: weigh them against each other."""

    def speak(self, rows):
        """Give each of these rows its verdict, and what it would change."""
        raise NotImplementedError

    def choose(self, rows, records):
        """Remember what is to be written, now that the verdicts of these rows are final."""
        pairs = zip(rows, records, strict=True)
        self.chosen += [pair for pair in pairs if pair[0].verdict in ("new", "update")]

    def chosen_rows(self):
        """The rows to be written, and (sheet, row) → record."""
        records = {(row.sheet, row.number): record for row, record in self.chosen}
        return [row for row, _record in self.chosen], records
