"""Evidence through the browser: added, shown, given back, and hidden from everybody else."""

import io
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from assessments.models import EvidenceFile
from civportal.lib import files as store
from tests.factories import EntryFactory, EvidenceFactory, UnitYearFactory, files

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def entry(school, year):
    return EntryFactory(unit=school, cycle=year)


@pytest.fixture
def handed_in(school, year):
    return EntryFactory(unit=school, cycle=year, submitted=True)


@pytest.fixture
def browser(client, lan):
    client.force_login(lan)
    return client


def address(verb, *args):
    return reverse(f"assessments:{verb}", args=args)


def send(browser, entry, *uploads, headers=None, back="/back/"):
    return browser.post(
        address("evidence_add", entry.pk), {"files": uploads, "next": back}, headers=headers or {}
    )


def texts(response):
    return [str(message) for message in response.context["messages"]]


def every_way(file):
    """Each address that leads to a file, with the verb to ask it."""
    return [
        ("get", address("evidence", file.pk)),
        ("get", address("evidence_preview", file.pk)),
        ("get", address("evidence_page", file.pk, 1)),
        ("head", address("evidence", file.pk)),
        ("post", address("evidence_remove", file.pk)),
    ]


class TestAdding:
    def test_several_files_at_once_are_kept(self, browser, entry):
        response = send(
            browser, entry, files.upload("a.jpg", files.jpg()), files.upload("b.pdf", files.pdf())
        )

        assert response.status_code == 302
        assert response.url == "/back/"
        assert [file.name for file in entry.files.all()] == ["a.jpg", "b.pdf"]

    def test_a_refused_file_is_named_with_its_reason_and_the_rest_stay(self, browser, entry):
        back = address("home")

        response = browser.post(
            address("evidence_add", entry.pk),
            {"files": [files.upload("好.jpg", files.jpg()), files.upload("坏.pdf", b"")], "next": back},
            follow=True,
        )

        assert entry.files.count() == 1
        assert any("坏.pdf" in text for text in texts(response))

    def test_the_page_gets_the_new_list_in_place(self, browser, entry):
        response = send(
            browser, entry, files.upload("好.jpg", files.jpg()), files.upload("坏.pdf", b""), headers=FRAGMENT
        )

        page = response.content.decode()
        assert response.status_code == 200
        assert "<html" not in page
        assert "data-files" in page
        assert "好.jpg" in page
        assert "data-refusal" in page

    def test_the_new_list_leads_back_to_the_page_it_stands_on(self, browser, entry):
        page = send(browser, entry, files.upload("好.jpg", files.jpg()), headers=FRAGMENT).content.decode()

        assert 'name="next" value="/back/"' in page

    def test_nothing_chosen_is_said(self, browser, entry):
        response = browser.post(address("evidence_add", entry.pk), {"next": address("home")}, follow=True)

        assert len(texts(response)) == 1

    def test_the_way_back_never_leaves_the_portal(self, browser, entry):
        response = send(browser, entry, files.upload("a.jpg", files.jpg()), back="https://elsewhere.example/")

        assert response.url == address("entry", entry.pk)

    def test_a_file_over_the_limit_is_named_and_the_others_stay(self, browser, entry, settings):
        settings.EVIDENCE_FILE_BYTES = 100_000
        uploads = [
            files.upload("a.jpg", files.jpg()),
            files.upload("大.jpg", files.jpg() + bytes(200_000)),
            files.upload("b.png", files.png()),
        ]

        page = send(browser, entry, *uploads, headers=FRAGMENT).content.decode()

        assert "大.jpg" in page
        assert [file.name for file in entry.files.all()] == ["a.jpg", "b.png"]

    def test_a_request_far_over_the_limit_is_cut_off_and_says_so(self, browser, entry, settings):
        settings.EVIDENCE_FILE_BYTES = 100_000
        large = files.upload("大.jpg", files.jpg() + bytes(8 * 2**20))

        response = send(browser, entry, large, headers=FRAGMENT)

        assert response.status_code == 200
        assert "大.jpg" in response.content.decode()
        assert not entry.files.exists()

    def test_a_form_without_its_token_adds_nothing(self, lan, entry):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(lan)

        response = send(browser, entry, files.upload("a.jpg", files.jpg()))

        assert response.status_code == 403
        assert not entry.files.exists()

    def test_a_form_with_its_token_is_taken(self, lan, entry):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(lan)
        browser.get(address("home"))
        token = browser.cookies["csrftoken"].value

        browser.post(
            address("evidence_add", entry.pk),
            {"csrfmiddlewaretoken": token, "files": files.upload("a.jpg", files.jpg())},
        )

        assert entry.files.count() == 1

    def test_what_is_handed_in_takes_no_files(self, browser, handed_in):
        response = send(browser, handed_in, files.upload("a.jpg", files.jpg()))

        assert response.status_code == 403
        assert not handed_in.files.exists()

    def test_the_office_adds_nothing_to_a_unit_s_record(self, client, rui, school, year):
        returned = EntryFactory(unit=school, cycle=year, returned=True)
        client.force_login(rui)

        assert send(client, returned, files.upload("a.jpg", files.jpg())).status_code == 403
        assert not returned.files.exists()

    def test_a_foreign_record_does_not_exist(self, client, mei, entry):
        client.force_login(mei)

        response = send(client, entry, files.upload("a.jpg", files.jpg()))

        assert response.status_code == 404
        assert not entry.files.exists()

    def test_looking_at_the_address_adds_nothing(self, browser, entry):
        assert browser.get(address("evidence_add", entry.pk)).status_code == 405


class TestRemoving:
    def test_a_removed_file_is_off_the_list_and_in_the_bin(self, browser, entry):
        file = EvidenceFactory(entry=entry)

        response = browser.post(address("evidence_remove", file.pk), headers=FRAGMENT)

        assert list(response.context["files"]) == []
        assert list(response.context["thrown_away"]) == [file]
        assert address("evidence_restore", file.pk) in response.content.decode()

    def test_it_is_fetched_back_from_there(self, browser, entry):
        file = EvidenceFactory(entry=entry)
        browser.post(address("evidence_remove", file.pk), headers=FRAGMENT)

        response = browser.post(address("evidence_restore", file.pk), headers=FRAGMENT)

        assert list(response.context["files"]) == [file]

    def test_a_file_is_described_while_one_types_and_without_scripts(self, browser, entry):
        file = EvidenceFactory(entry=entry)

        typed = browser.post(address("evidence_describe", file.pk), {"caption": "签到"}, headers=FRAGMENT)
        plain = browser.post(address("evidence_describe", file.pk), {"caption": "签到处"})
        long = browser.post(address("evidence_describe", file.pk), {"caption": "长" * 81}, headers=FRAGMENT)

        assert (typed.status_code, plain.status_code, long.status_code) == (204, 302, 422)
        assert entry.files.get().caption == "签到处"

    def test_files_change_places(self, browser, entry):
        first, second = EvidenceFactory.create_batch(2, entry=entry)

        response = browser.post(address("evidence_shift", first.pk), {"step": "1"}, headers=FRAGMENT)

        assert list(response.context["files"]) == [second, first]

    def test_a_better_file_comes_in_the_place_of_another(self, browser, entry):
        old = EvidenceFactory(entry=entry, caption="签到")
        sent = {"files": [files.upload("清楚.jpg", files.jpg(444))], "replaces": old.pk}

        response = browser.post(address("evidence_add", entry.pk), sent, headers=FRAGMENT)

        assert [(file.name, file.caption) for file in response.context["files"]] == [("清楚.jpg", "签到")]

    def test_what_is_handed_in_keeps_its_files(self, browser, handed_in):
        file = EvidenceFactory(entry=handed_in)

        assert browser.post(address("evidence_remove", file.pk)).status_code == 403
        assert handed_in.files.exists()

    def test_looking_at_the_address_removes_nothing(self, browser, entry):
        file = EvidenceFactory(entry=entry)

        assert browser.get(address("evidence_remove", file.pk)).status_code == 405
        assert entry.files.exists()


class TestWhoSees:
    @pytest.mark.parametrize("way", range(5))
    def test_a_foreign_file_is_like_one_that_never_was(self, client, mei, handed_in, way):
        file = EvidenceFactory(entry=handed_in)
        never = EvidenceFile(pk=file.pk + 1000)
        client.force_login(mei)

        foreign, absent = (
            getattr(client, verb)(path) for verb, path in (every_way(it)[way] for it in (file, never))
        )

        assert foreign.status_code == absent.status_code == 404
        assert len(foreign.content) == len(absent.content)
        assert handed_in.files.exists()

    def test_a_draft_s_file_is_the_unit_s_own_business(self, client, rui, entry):
        file = EvidenceFactory(entry=entry)
        client.force_login(rui)

        for verb, path in every_way(file):
            assert getattr(client, verb)(path).status_code == 404

    def test_the_office_sees_the_files_of_what_was_handed_in(self, client, rui, handed_in):
        file = EvidenceFactory(entry=handed_in)
        client.force_login(rui)

        for verb, path in every_way(file)[:4]:
            assert getattr(client, verb)(path).status_code == 200
        assert client.post(address("evidence_remove", file.pk)).status_code == 403

    def test_nobody_sees_anything_without_signing_in(self, client, handed_in):
        file = EvidenceFactory(entry=handed_in)

        for verb, path in every_way(file):
            response = getattr(client, verb)(path)
            assert response.status_code == 302
            assert "login" in response.url

    def test_a_link_dies_when_the_role_is_withdrawn(self, browser, lan, handed_in):
        file = EvidenceFactory(entry=handed_in)
        assert browser.get(address("evidence", file.pk)).status_code == 200

        lan.memberships.all().delete()

        assert browser.get(address("evidence", file.pk)).status_code == 404


class TestDownload:
    def test_the_original_comes_back_whole_under_its_own_name(self, browser, entry):
        content = files.pdf()
        file = EvidenceFactory(entry=entry, content=content, kind="pdf", name="工作方案（定稿）.pdf")

        response = browser.get(address("evidence", file.pk))

        assert b"".join(response.streaming_content) == content
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(file.name)}"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_a_missing_file_is_said_to_be_missing(self, browser, entry):
        file = EvidenceFactory(entry=entry)
        store.delete(file.FOLDER, file.sha256)

        response = browser.get(address("evidence", file.pk))

        assert response.status_code == 404
        assert response.context["problem"] == "missing"
        assert file.name in response.content.decode()


class TestPreview:
    @pytest.mark.parametrize(
        ("kind", "make", "sign"),
        [
            ("jpg", files.jpg, "size=large"),
            ("png", files.png, "size=large"),
            ("pdf", lambda: files.pdf(pages=3), "/page/3/"),
            ("docx", lambda: files.docx(text="开展志愿服务"), "<p>开展志愿服务</p>"),
            ("xlsx", files.xlsx, "<td>云泽县第一小学</td>"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_each_kind_is_shown_in_the_page(self, browser, entry, kind, make, sign, headers):
        file = EvidenceFactory(entry=entry, content=make(), kind=kind, name=f"a.{kind}")

        response = browser.get(address("evidence_preview", file.pk), headers=headers)

        page = response.content.decode()
        assert response.status_code == 200
        assert sign in page
        assert ("<html" in page) is (headers == {})

    def test_a_long_pdf_is_shown_ten_pages_at_a_time(self, browser, entry):
        file = EvidenceFactory(entry=entry, content=files.pdf(pages=12), kind="pdf")
        path = address("evidence_preview", file.pk)

        first = browser.get(path).context
        rest = browser.get(path, {"from": "11"}, headers=FRAGMENT).context

        assert [page["number"] for page in first["pages"]] == list(range(1, 11))
        assert first["following"] == 11
        assert [page["number"] for page in rest["pages"]] == [11, 12]
        assert rest["following"] is None

    @pytest.mark.parametrize("start", ["0", "-1", "99", "x", "9" * 5000, "²"])
    def test_a_silly_beginning_is_the_first_page(self, browser, entry, start):
        file = EvidenceFactory(entry=entry, content=files.pdf(pages=2), kind="pdf")

        response = browser.get(address("evidence_preview", file.pk), {"from": start})

        assert response.context["pages"][0]["number"] == 1

    @pytest.mark.parametrize("kind", ["jpg", "png", "pdf", "docx", "xlsx"])
    def test_what_cannot_be_read_is_said_honestly(self, browser, entry, kind):
        file = EvidenceFactory(entry=entry, content=b"rubbish " + kind.encode(), kind=kind)

        response = browser.get(address("evidence_preview", file.pk))

        assert response.status_code == 200
        assert response.context["problem"] == "unreadable"
        assert address("evidence", file.pk) in response.content.decode()

    @pytest.mark.parametrize("kind", ["jpg", "pdf", "docx", "xlsx"])
    def test_a_missing_file_is_said_to_be_missing(self, browser, entry, kind):
        file = EvidenceFactory(entry=entry, kind=kind)
        store.delete(file.FOLDER, file.sha256)

        response = browser.get(address("evidence_preview", file.pk))

        assert response.status_code == 200
        assert response.context["problem"] == "missing"

    def test_a_cell_that_looks_like_markup_stays_text(self, browser, entry):
        content = files.xlsx(rows=[("<script>alert(1)</script>",)], sheets=["<b>"])
        file = EvidenceFactory(entry=entry, content=content, kind="xlsx")

        page = browser.get(address("evidence_preview", file.pk), headers=FRAGMENT).content.decode()

        assert "<script" not in page
        assert "<b>" not in page


class TestPictures:
    def picture(self, response):
        return Image.open(io.BytesIO(b"".join(response.streaming_content)))

    def test_a_photo_comes_in_two_sizes_without_its_remarks(self, browser, entry):
        exif = Image.Exif()
        exif.get_ifd(0x8825)[1] = "N"
        file = EvidenceFactory(entry=entry, content=files.jpg(2000, 1000, exif=exif))
        path = address("evidence_page", file.pk, 1)

        small, large = browser.get(path), browser.get(path, {"size": "large"})

        assert small["Content-Type"] == "image/webp"
        assert "private" in small["Cache-Control"]
        small, large = self.picture(small), self.picture(large)
        assert (small.size, large.size) == ((480, 240), (1600, 800))
        assert not small.getexif() and not large.getexif()

    def test_a_page_of_a_pdf_comes_as_a_picture(self, browser, entry):
        file = EvidenceFactory(entry=entry, content=files.pdf(pages=2), kind="pdf")

        assert self.picture(browser.get(address("evidence_page", file.pk, 2))).width == 480

    def test_a_picture_seen_before_is_not_sent_again(self, browser, entry):
        file = EvidenceFactory(entry=entry)
        path = address("evidence_page", file.pk, 1)
        etag = browser.get(path)["ETag"]

        assert browser.get(path, headers={"If-None-Match": etag}).status_code == 304

    @pytest.mark.parametrize(("kind", "number"), [("jpg", 2), ("pdf", 0), ("pdf", 3), ("docx", 1)])
    def test_a_page_that_cannot_be_is_not_found(self, browser, entry, kind, number):
        content = files.pdf(pages=2) if kind == "pdf" else files.jpg()
        file = EvidenceFactory(entry=entry, content=content, kind=kind)

        assert browser.get(address("evidence_page", file.pk, number)).status_code == 404

    def test_a_missing_photo_shows_a_picture_that_says_so(self, browser, entry):
        file = EvidenceFactory(entry=entry)
        store.delete(file.FOLDER, file.sha256)

        response = browser.get(address("evidence_page", file.pk, 1))

        assert response.status_code == 404
        assert response["Content-Type"] == "image/svg+xml"
        assert b"<text" in response.content


class TestTheList:
    def test_it_costs_the_same_for_any_number_of_files(self, browser, entry, year):
        UnitYearFactory(cycle=year, unit=entry.unit)
        browser.get(address("entry_edit", entry.pk))
        costs = set()
        for count in (1, 5, 50):
            EvidenceFactory.create_batch(count - entry.files.count(), entry=entry)
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(address("entry_edit", entry.pk)).content.decode()
            assert page.count("shot__pic") == count
            costs.add(len(queries))

        assert len(costs) == 1

    def test_who_may_not_change_the_entry_is_not_offered_to(self, browser, handed_in):
        file = EvidenceFactory(entry=handed_in)

        page = browser.get(address("entry", handed_in.pk)).content.decode()

        assert file.name in page
        assert address("evidence_remove", file.pk) not in page
        assert address("evidence_add", handed_in.pk) not in page

    def test_who_may_change_the_entry_finds_all_tools(self, browser, entry, year):
        UnitYearFactory(cycle=year, unit=entry.unit)
        file = EvidenceFactory(entry=entry)

        page = browser.get(address("entry_edit", entry.pk)).content.decode()

        assert address("evidence_remove", file.pk) in page
        assert address("evidence_add", entry.pk) in page
