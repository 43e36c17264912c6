"""Numbers of documents as they are printed."""

import pytest

from civportal.lib.documents import document_number


@pytest.mark.parametrize(
    "typed",
    [
        "云文明委〔2026〕3号",
        "云文明委[2026]3号",
        "云文明委(2026)3号",
        "云文明委（2026）3号",
        "云文明委【2026】3号",
        "云文明委［２０２６］３号",
        " 云文明委〔2026〕 3 号\u200b",
        "云文明委<2026>3号",
        "云文明委《2026》3号",
    ],
)
def test_every_way_of_typing_it_is_the_printed_number(typed):
    assert document_number(typed) == "云文明委〔2026〕3号"


def test_nothing_stays_nothing():
    assert document_number("  ") == ""
