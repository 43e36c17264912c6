"""How far reviewers agree: the director's page."""

from assessments import listings
from assessments.actions import agreement
from assessments.forms.agreement import AgreementFilter
from assessments.models import Cycle
from civportal.lib.web import allow, page_of, render_page
from units.views.export import exported

UNITS_SHOWN = 12


def index(request):
    """Spread by indicator and unit, severity by reviewer, and what waits for an arbiter."""
    allow(request.user, "assessments.view_agreement")
    cycle = Cycle.objects.current()
    form = AgreementFilter(request.GET)
    marks = form.apply(agreement.told(cycle))
    if request.method == "POST":
        return exported(request, listings.MARKS, marks.order_by("claim__entry", "claim", "pk"), form.said)
    percent = cycle.spread_percent if cycle else 0
    found = agreement.of(marks, percent)
    context = {
        "cycle": cycle,
        "form": form,
        "agreement": found,
        "percent": percent,
        "units": page_of(request, found.units, per_page=UNITS_SHOWN, count=len(found.units)),
        "disputed": agreement.disputed(cycle),
        "settled": agreement.settled(marks),
    }
    return render_page(
        request, "assessments/agreement/index.html", "assessments/agreement/_compared.html", context
    )
