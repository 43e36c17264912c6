"""What every page needs to know of the office."""

from django.utils.functional import SimpleLazyObject

from units.models import Office


def office(request):
    return {"office": SimpleLazyObject(Office.current)}
