"""A zip written while it is sent opens in every tool, with Chinese names, and knows its length before."""

import io
import shutil
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime

import pytest

from civportal.lib import archive
from civportal.lib.archive import Member, Names

MOMENT = datetime(2026, 11, 28, 4, 10, 30, tzinfo=UTC)
CONTENTS = {
    "2026年台账 云泽县第一小学/index.html": b"<p>page</p>",
    "2026年台账 云泽县第一小学/原件/04 会议与部署/04-01-1 签到表（第一次）.jpg": bytes(200_000),
    "2026年台账 云泽县第一小学/原件/09 创建活动与主题/empty.txt": b"",
}


def member(path, content, **said):
    return Member(path, len(content), zlib.crc32(content), lambda: io.BytesIO(content), **said)


def members(contents):
    return [member(path, content) for path, content in contents.items()]


def zipped(contents):
    return b"".join(archive.stream(members(contents), MOMENT))


def test_what_goes_in_comes_out():
    package = zipfile.ZipFile(io.BytesIO(zipped(CONTENTS)))

    assert package.testzip() is None
    assert {name: package.read(name) for name in package.namelist()} == CONTENTS
    assert package.infolist()[0].date_time == (2026, 11, 28, 12, 10, 30)


def test_its_length_is_known_before():
    sizes = [(path, len(content)) for path, content in CONTENTS.items()]

    assert archive.length(sizes) == len(zipped(CONTENTS))
    assert archive.length([]) == len(zipped({}))


@pytest.mark.parametrize("tool", ["unzip", "bsdtar", "7z"])
def test_other_tools_read_the_chinese_names(tool, tmp_path):
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"no {tool}")
    (tmp_path / "a.zip").write_bytes(zipped(CONTENTS))
    call = {
        "unzip": ["-q", "a.zip", "-d", "out"],
        "bsdtar": ["-x", "-f", "a.zip", "-C", "out"],
        "7z": ["x", "-oout", "a.zip"],
    }

    (tmp_path / "out").mkdir()
    environment = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    subprocess.run([program, *call[tool]], cwd=tmp_path, env=environment, check=True, capture_output=True)

    found = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert found == CONTENTS


def test_size_and_checksum_stand_before_each_file():
    """What reads from front to back need not look for the end first."""
    head = zipped(CONTENTS)[: archive.LOCAL.size]

    _mark, _version, flags, method, _time, _date, crc, packed, size, *_lengths = archive.LOCAL.unpack(head)

    assert (flags, method) == (0x800, 0)
    assert (crc, packed, size) == (zlib.crc32(b"<p>page</p>"), 11, 11)


def test_a_file_that_changed_breaks_the_archive():
    promised = Member("a.txt", 3, zlib.crc32(b"abc"), lambda: io.BytesIO(b"abX"))
    longer = Member("a.txt", 3, zlib.crc32(b"abc"), lambda: io.BytesIO(b"abcd"))

    for broken in (promised, longer):
        with pytest.raises(archive.ArchiveBroken):
            b"".join(archive.stream([broken], MOMENT))


def test_more_files_than_the_old_format_counts():
    many = {f"{number}.txt": b"" for number in range(archive.MOST_FILES + 5)}

    content = zipped(many)

    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == len(many)
    assert archive.length((path, 0) for path in many) == len(content)


def test_beyond_four_gigabytes_the_large_format_follows(monkeypatch):
    """With a border at 1 kB instead, so that the test stays small; readers know both forms."""
    monkeypatch.setattr(archive, "MOST", 1000)
    contents = {"a.bin": bytes(2000), "b.txt": b"after the border"}

    line = archive.central_of(member("b.txt", b"x"), 5000, (0, 0))

    assert line[-archive.EXTRA.size :] == archive.EXTRA.pack(1, 8, 5000)
    sizes = [(path, len(content)) for path, content in contents.items()]
    assert archive.length(sizes) == len(zipped(contents))


def test_names_are_safe_on_every_system_and_each_stands_once():
    names = Names()

    found = [
        names.path("原件", "04 会议/部署", name=name, kind="jpg")
        for name in ("照片.jpg", "照片.JPG", "../照片.jpg", "con.jpg", "a:b?.jpg", "无后缀", "")
    ]

    assert found == [
        "原件/04 会议／部署/照片.jpg",
        "原件/04 会议／部署/照片（2）.jpg",
        "原件/04 会议／部署/照片（3）.jpg",
        "原件/04 会议／部署/_con.jpg",
        "原件/04 会议／部署/a_b_.jpg",
        "原件/04 会议／部署/无后缀.jpg",
        "原件/04 会议／部署/jpg.jpg",
    ]


def test_a_long_name_keeps_its_ending():
    path = Names().path("原件", name="很长的文件名" * 30 + ".docx")

    assert path.endswith(".docx")
    assert len(path) <= archive.NAME_LENGTH + 3
