"""Whatever leaves the portal as a table is text: nothing that people typed becomes a formula."""

import base64
import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import EntryFactory, UnitFactory
from tests.units.lists import unit_row, workbook
from units.actions import intake

pytestmark = pytest.mark.django_db

TRICKS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "＝1+1", '"=1+1']


def texts(content):
    """Every cell of a workbook; fails on the first formula."""
    cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    return {cell.value for cell in cells}


@pytest.mark.parametrize("trick", TRICKS)
def test_the_slips_of_new_accounts_are_text(client, admin, trick):
    UnitFactory(name=f"{trick}公司", contact=trick)
    client.force_login(admin)

    page = client.post(reverse("units:accounts_issue")).content.decode()

    workbook = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    assert trick.strip() in {str(text).strip() for text in texts(workbook)}


def test_the_list_of_what_was_left_out_is_text(client, admin):
    wrong = [unit_row(f"单位{n}", contact="甲", supervisor=trick) for n, trick in enumerate(TRICKS)]
    for row, trick in zip(wrong, TRICKS, strict=True):
        row[1] = trick
    batch = intake.preview(workbook(*wrong), "名册.xlsx", by=admin)
    client.force_login(admin)

    found = texts(client.get(reverse("units:import_left_out", args=[batch.pk])).content)

    assert {"@SUM(1)", "+1+1", "＝1+1"} <= found


@pytest.mark.parametrize("form", ["0", "1"])
def test_the_lists_of_the_admin_are_text(client, admin, year, school, form):
    for trick in TRICKS:
        EntryFactory(cycle=year, unit=school, title=trick, place=trick, text=trick)
    client.force_login(admin)
    page = reverse("admin:assessments_ledgerentry_export")

    response = client.post(page, {"format": form, "resource": "0", **chosen(client, page)})

    assert response.status_code == 200
    if form == "0":
        assert set(TRICKS) <= {str(text) for text in texts(response.content)} | {"\t=1+1"}
    else:
        lines = response.content.decode("utf-8-sig")
        assert "calc" in lines
        assert not re.search(r'(?:^|,)"?[=+@＝\t-]', lines, re.MULTILINE)


def chosen(client, page):
    """The columns that the page offers."""
    html = client.get(page).content.decode()
    boxes = [box for box in re.findall(r"<input[^>]+>", html) if 'type="checkbox"' in box]
    return {re.search(r'name="([^"]+)"', box)[1]: "on" for box in boxes}
