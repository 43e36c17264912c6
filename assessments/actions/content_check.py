"""Looking after what is kept: are the contents of evidence still there, and still the same?

Reading a content costs what it is large, so every run looks at some of them: first at those that nobody
has looked at yet, then at those that were not well, then at the one not looked at for longest.
"""

from django.db.models import Case, F, OuterRef, Subquery, Value, When

from assessments.models import ContentCheck, EvidenceFile
from civportal.lib import files
from civportal.lib.clock import now

# What one run looks at: so many contents, and of these until so much is read.
MOST, MOST_READ = 500, 500 * 2**20
State = ContentCheck.State


def look(most=MOST, most_read=MOST_READ):
    """Look at some contents and note how each was found; how many. OSError when the store is away."""
    looked = []
    for sha256, size in next_ones()[:most]:
        if looked and most_read <= 0:
            break
        looked.append(ContentCheck(sha256=sha256, state=state_of(sha256), looked_at=now()))
        most_read -= size
    ContentCheck.objects.bulk_create(
        looked,
        update_conflicts=True,
        unique_fields=["sha256"],
        update_fields=["state", "looked_at"],
    )
    return len(looked)


def next_ones():
    """The contents that are kept, (fingerprint, size), in the order in which they are looked at."""
    last = ContentCheck.objects.filter(sha256=OuterRef("sha256"))
    kept = EvidenceFile.objects.order_by().values("sha256", "size").distinct()
    kept = kept.annotate(
        looked=Subquery(last.values("looked_at")[:1]), found=Subquery(last.values("state")[:1])
    )
    turn = Case(
        When(found__isnull=True, then=Value(0)), When(found=State.WHOLE, then=Value(2)), default=Value(1)
    )
    return kept.order_by(turn, F("looked"), "sha256").values_list("sha256", "size")


def state_of(sha256):
    """How the content is found in the store."""
    try:
        with files.open_file(EvidenceFile.FOLDER, sha256) as content:
            found, _size = files.fingerprint(content)
    except FileNotFoundError:
        return State.MISSING
    return State.WHOLE if found == sha256 else State.DAMAGED
