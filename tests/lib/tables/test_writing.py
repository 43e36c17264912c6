import csv
import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from civportal.lib import tables
from civportal.lib.tables import read

DANGEROUS = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", " =1", '"=1', "＝1", "'=1", "''+1"]


def test_nothing_in_a_written_workbook_is_a_formula():
    content = tables.write_xlsx("表/一", ["名称", "数"], [[text, 7] for text in DANGEROUS] + [[None, None]])

    sheet = load_workbook(io.BytesIO(content)).active

    assert {cell.data_type for cell in sheet["A"] if cell.value} == {"s"}
    assert sheet["B2"].value == 7
    assert [row[0] for row in read(content)[0].rows[1 : len(DANGEROUS) + 1]] == DANGEROUS


def test_nothing_in_written_text_is_a_formula_and_it_comes_back():
    content = tables.write_csv(["名称"], [[text] for text in DANGEROUS])

    first = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]

    assert all(text.startswith("'") for text in first[1:])
    assert [row[0] for row in read(content, "x.csv")[0].rows[1:]] == DANGEROUS


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_defusing_can_be_undone_exactly(text):
    assert tables.undefused(tables.defused(text)) == text
