"""Addresses that duties lead to, until their pages are there."""

from django.http import Http404


def absent(request, pk):
    raise Http404
