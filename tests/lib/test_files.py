"""Private files are whole, kept once, and named by their content."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from civportal.lib import files


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO, lambda body: SimpleUploadedFile("名册.xls", body)])
def test_content_comes_back_as_it_was_saved(wrap):
    sha256 = files.save(wrap(b"roll" * 50_000), "imports")

    with files.open_file("imports", sha256) as file:
        assert file.read() == b"roll" * 50_000


def test_the_same_content_is_kept_once(settings):
    first = files.save(b"roll", "imports")
    second = files.save(b"roll", "imports")

    assert first == second
    assert len(kept(settings)) == 1


def test_a_path_holds_nothing_a_person_typed(settings):
    files.save(SimpleUploadedFile("../../名册.xls", b"roll"), "imports")

    [path] = kept(settings)
    assert path.relative_to(settings.MEDIA_ROOT).as_posix().startswith("imports/")
    assert set(path.name) <= set("0123456789abcdef")


def test_a_missing_file_says_so():
    with pytest.raises(FileNotFoundError):
        files.open_file("imports", "0" * 64)


@pytest.mark.parametrize("name", ["", "../" * 21 + "x", "A" * 64, "0" * 63])
def test_only_a_hash_leads_to_a_file(name):
    with pytest.raises(ValueError, match="SHA-256"):
        files.open_file("imports", name)


def test_a_damaged_file_is_healed_by_the_same_content(settings):
    sha256 = files.save(b"roll", "imports")
    kept(settings)[0].write_bytes(b"ro")

    files.save(b"roll", "imports")

    assert files.open_file("imports", sha256).read() == b"roll"


@pytest.mark.fault
def test_a_write_that_breaks_off_leaves_nothing(settings):
    class Breaking(io.BytesIO):
        reads = 0

        def read(self, size=-1):
            self.reads += 1
            if self.reads > 4:
                raise OSError(28, "No space left on device")
            return super().read(size)

    with pytest.raises(OSError, match="No space"):
        files.save(Breaking(b"x" * files.CHUNK * 2), "imports")

    assert kept(settings) == []


def test_a_deleted_file_is_gone_and_may_be_deleted_again():
    sha256 = files.save(b"roll", "imports")

    files.delete("imports", sha256)
    files.delete("imports", sha256)

    assert not files.exists("imports", sha256)
    assert not default_storage.exists(files.path_of("imports", sha256))
