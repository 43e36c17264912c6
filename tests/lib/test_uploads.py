"""An upload stops at its limit."""

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory

from civportal.lib import uploads

LIMIT = 100_000
HEAD = '--line\r\nContent-Disposition: form-data; name="files"; filename="{}"\r\n\r\n'
FIELD = '--line\r\nContent-Disposition: form-data; name="next"\r\n\r\n/back/\r\n'


class Endless:
    """A body that goes on for as long as it is read, and knows how much of it was."""

    def __init__(self, start, size):
        self.start, self.size, self.taken = io.BytesIO(start), size, 0

    def read(self, size=-1):
        size = min(2**16 if size < 0 else size, self.size - self.taken)
        piece = self.start.read(size)
        piece += bytes(size - len(piece))
        self.taken += len(piece)
        return piece

    readline = read


@pytest.fixture
def request_of(settings):
    settings.EVIDENCE_FILE_BYTES = LIMIT
    taken = {}

    @uploads.accepts_files("EVIDENCE_FILE_BYTES", at_once=3)
    def view(request):
        taken["next"] = request.POST.get("next")
        taken["files"] = [file.name for file in request.FILES.getlist("files")]
        taken["too_big"] = request.too_big
        return HttpResponse()

    def send(body, size):
        kind = {"CONTENT_TYPE": "multipart/form-data; boundary=line", "CONTENT_LENGTH": str(size)}
        request = WSGIRequest({**RequestFactory().post("/").environ, **kind, "wsgi.input": body})
        request._dont_enforce_csrf_checks = True
        view(request)
        return taken

    return send


def form(*named):
    parts = FIELD.encode()
    for name, size in named:
        parts += HEAD.format(name).encode() + bytes(size) + b"\r\n"
    return parts + b"--line--\r\n"


def test_what_fits_arrives(request_of):
    body = form(("a", LIMIT), ("b", 10))

    taken = request_of(io.BytesIO(body), len(body))

    assert taken == {"next": "/back/", "files": ["a", "b"], "too_big": []}


def test_a_file_over_its_limit_is_left_out_and_the_others_arrive(request_of):
    body = form(("a", 10), ("b", LIMIT + 1), ("c", 10))

    taken = request_of(io.BytesIO(body), len(body))

    assert taken == {"next": "/back/", "files": ["a", "c"], "too_big": ["b"]}


@pytest.mark.fault
def test_of_500_megabytes_no_more_than_the_first_piece_is_read(request_of):
    size = 500 * 2**20
    body = Endless(FIELD.encode() + HEAD.format("a").encode(), size)

    taken = request_of(body, size)

    assert taken == {"next": "/back/", "files": [], "too_big": ["a"]}
    assert body.taken <= 2**17


def test_a_body_that_announces_less_than_it_sends_is_cut_off_all_the_same(settings):
    guard = uploads.Guard(RequestFactory().post("/"), file_bytes=10, request_bytes=15)
    for name in ("a", "b"):
        guard.new_file("files", name, "text/plain", None)
        guard.receive_data_chunk(b"x" * 7, 0) if name == "a" else None

    with pytest.raises(uploads.StopUpload):
        guard.receive_data_chunk(b"x" * 9, 0)

    assert guard.request.too_big == ["b"]


@pytest.mark.django_db
def test_the_view_still_asks_for_the_token():
    @uploads.accepts_files("EVIDENCE_FILE_BYTES")
    def view(request):
        return HttpResponse()

    request = RequestFactory(enforce_csrf_checks=True).post("/", {"files": io.BytesIO(b"x")})

    assert view(request).status_code == 403
