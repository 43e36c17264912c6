"""What every record with a status has in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stateful(models.Model):
    """A record whose status changes only through `units.actions.move`.

    A subclass gives `Status`, `status`, and beside them `MOVES` (verb → starts, end),
    `VERBS` (verb → the word people read) and `TONES` (status → tone of its badge).
    """

    MOVES: dict = {}
    VERBS: dict = {}
    TONES: dict = {}

    # Counts every change; a form carries the version it was opened with.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def tone(self):
        """The tone of the status badge: good, warn, bad, info or idle."""
        return self.TONES.get(self.status, "idle")

    def can(self, verb):
        """Whether the status allows this move now; who may make it is the policies' question."""
        return self.status in self.MOVES[verb][0]

    def audience(self, verb):
        """The people to tell when this move has happened; nobody, unless the model says so."""
        return []
