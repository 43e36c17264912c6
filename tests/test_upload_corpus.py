"""The upload corpus: what each file that is sent as evidence gets, fixed case by case.

None is a server error, none is served inline, and nothing is stored under a name that somebody sent.
"""

import io
import re
import stat
import struct
import tracemalloc
import zipfile

import pytest
from django.urls import reverse

from assessments.models import EvidenceFile
from civportal.lib import files as store
from civportal.lib.filetypes import CONTENT_TYPES
from tests.factories import EntryFactory, files
from tests.lib.test_uploads import Endless

pytestmark = pytest.mark.django_db

LIMIT = 64 * 2**10
MB = 2**20


def padded(size):
    """A whole PDF of just this size."""
    content = files.pdf()
    return content[:9] + b"%" + b" " * (size - len(content) - 2) + b"\n" + content[9:]


def scanners_test():
    """What every scanner must find, put together here so that no file of ours holds it whole."""
    return (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def jpg_claiming(width, height):
    """A small JPG whose frame header claims to be huge."""
    content = bytearray(files.jpg())
    frame = content.index(b"\xff\xc0")
    struct.pack_into(">HH", content, frame + 5, height, width)
    return bytes(content)


def with_link():
    """An archive in which a symbolic link points out of it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        link = zipfile.ZipInfo("照片.jpg")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    return kept.getvalue()


def docx_with_link():
    """A Word document that holds a symbolic link; its parts are only ever read, never unpacked to disk."""
    kept = io.BytesIO(files.office())
    with zipfile.ZipFile(kept, "a") as package:
        link = zipfile.ZipInfo("word/media/image1.png")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    return kept.getvalue()


def acting_pdf(action):
    """A PDF that wants to do something when it is opened."""
    return files.pdf().replace(b"/Type /Catalog", b"/OpenAction << %b >> /Type /Catalog" % action)


JS, LAUNCH = b"/S /JavaScript /JS (app.alert\\(1\\))", b"/S /Launch /F (cmd.exe)"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"

# case → (name, content, what it is kept as or None, a word of what is said)
CORPUS = {
    "0 bytes": ("照片.jpg", lambda: b"", None, "空"),
    "1 byte": ("照片.jpg", lambda: b"x", None, "不"),
    "good": ("照片.jpg", files.jpg, "jpg", ""),
    "just the limit": ("方案.pdf", lambda: padded(LIMIT), "pdf", ""),
    "limit + 1": ("方案.pdf", lambda: padded(LIMIT + 1), None, "MB"),
    "wrong extension": ("照片.pdf", files.jpg, None, "结尾"),
    "right extension, wrong content": ("照片.jpg", files.pdf, None, "结尾"),
    "double extension": ("照片.php.jpg", files.jpg, "jpg", ""),
    "double extension, evil last": ("照片.jpg.exe", files.jpg, None, "结尾"),
    "no extension": ("照片", files.jpg, "jpg", ""),
    "polyglot PDF and ZIP": ("方案.pdf", lambda: files.pdf() + files.package({"a.txt": "x"}), None, "两种"),
    "polyglot JPG and ZIP": ("照片.jpg", files.jpg_with_zip, None, "两种"),
    "docx with macro": ("方案.docx", files.docm, None, "宏"),
    "encrypted PDF": ("方案.pdf", files.pdf_with_password, None, "密码"),
    "PDF with JS": ("方案.pdf", lambda: acting_pdf(JS), "pdf", ""),
    "PDF with launch": ("方案.pdf", lambda: acting_pdf(LAUNCH), "pdf", ""),
    "SVG with script": ("图.svg", lambda: SVG, None, "网页"),
    "SVG as PNG": ("图.png", lambda: SVG, None, "网页"),
    "HTML with script": ("页.html", lambda: PAGE, None, "网页"),
    "HTML as JPG": ("页.jpg", lambda: PAGE, None, "网页"),
    "test virus": ("eicar.com", scanners_test, None, "不"),
    "test virus as a list": ("名单.csv", scanners_test, "csv", ""),
    "zip with a link": ("照片.zip", with_link, None, "压缩"),
    "docx with a link": ("方案.docx", docx_with_link, "docx", ""),
    "zip bomb": ("方案.docx", lambda: files.bomb(20 * MB), None, "解压"),
    "30,000 × 30,000 as JPG": ("照片.jpg", lambda: jpg_claiming(30_000, 30_000), None, "像素"),
    "30,000 × 30,000 as PNG": ("照片.png", lambda: files.png_claiming(30_000, 30_000), None, "像素"),
}
NAMES = {
    "a path of Windows": (r"..\..\照片.jpg", "照片.jpg"),
    "a path": ("../../../etc/passwd", "passwd.jpg"),
    "NUL": ("照\x00片.jpg", "照片.jpg"),
    "300 characters": ("长" * 300 + ".jpg", "长" * 196 + ".jpg"),
    "a device": ("CON.jpg", "_CON.jpg"),
    "a device alone": ("CON", "_CON.jpg"),
    "turned round": ("照片\u202egpj.jpg", "照片gpj.jpg"),
    "garbled": ("照片.jpg".encode("gb18030").decode("latin-1"), None),
}


@pytest.fixture
def entry(year, school, lan, settings):
    settings.EVIDENCE_FILE_BYTES = LIMIT
    return EntryFactory(cycle=year, unit=school, created_by=lan)


@pytest.fixture
def sender(client, lan, entry):
    """Sends a file as a browser would, its name as it is; answers the page that follows."""
    client.force_login(lan)

    def send(name, content):
        head = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--b--\r\n"
        path = reverse("assessments:evidence_add", args=[entry.pk])
        kind = "multipart/form-data; boundary=b"
        return client.generic("POST", path, body, content_type=kind, follow=True, HTTP_HX_REQUEST="true")

    return send


def stored(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("name", "content", "kind", "word"), CORPUS.values(), ids=CORPUS)
def test_each_file_gets_what_the_table_says(client, sender, entry, settings, name, content, kind, word):
    page = sender(name, content())

    kept = EvidenceFile.objects.filter(entry=entry)
    assert page.status_code < 500
    assert [file.kind for file in kept] == ([kind] if kind else [])
    said = " ".join(re.findall(r"data-refusal>(.*?)</p>", page.content.decode(), re.DOTALL))
    assert bool(said) is (kind is None) and word in said, said
    paths = {path.relative_to(settings.MEDIA_ROOT).as_posix() for path in stored(settings)}
    assert paths == {store.path_of("evidence", file.sha256) for file in kept}
    for file in kept:
        check_given_back(client, file)


def check_given_back(client, file):
    """Whole, as a download of a fixed type; in the page only as a picture made anew."""
    whole = client.get(reverse("assessments:evidence", args=[file.pk]))
    assert whole["Content-Disposition"].startswith("attachment")
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Type"].split(";")[0] == CONTENT_TYPES[file.kind]
    shown = client.get(reverse("assessments:evidence_page", args=[file.pk, 1]))
    assert shown.status_code in (200, 404)
    if shown.status_code == 200:
        assert shown["Content-Type"].startswith("image/")
        whole_bytes = b"".join(whole.streaming_content)
        assert b"".join(shown.streaming_content if shown.streaming else [shown.content]) != whole_bytes


@pytest.mark.parametrize(("name", "kept_as"), NAMES.values(), ids=NAMES)
def test_a_hostile_name_is_shown_plain_and_never_reaches_the_store(sender, entry, settings, name, kept_as):
    page = sender(name, files.jpg())

    [file] = EvidenceFile.objects.filter(entry=entry)
    [path] = stored(settings)
    assert page.status_code < 400
    assert path.relative_to(settings.MEDIA_ROOT).as_posix() == store.path_of("evidence", file.sha256)
    assert file.name == kept_as if kept_as else file.name.endswith(".jpg")
    assert not set(file.name) & set("/\\\x00\u202e") and len(file.name) <= 200


@pytest.mark.fault
def test_500_megabytes_are_refused_after_the_first_piece_and_memory_stays_flat(client, lan, entry, settings):
    client.force_login(lan)
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="\xe5\xa4\xa7.jpg"\r\n\r\n'
    body = Endless(head + files.jpg(), 500 * MB)
    path = reverse("assessments:evidence_add", args=[entry.pk])
    sent = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(body.size)}

    tracemalloc.start()
    page = client.request(PATH_INFO=path, REQUEST_METHOD="POST", **sent, **{"wsgi.input": body})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert page.status_code == 302
    assert body.taken <= 1.05 * settings.EVIDENCE_FILE_BYTES + 2**16
    assert peak <= 16 * MB
    assert not entry.files.exists() and not stored(settings)
