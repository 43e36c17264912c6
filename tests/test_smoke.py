def test_cast(lan, mei, rui, ou, admin, year, school):
    assert lan.works_for(school) and rui.is_office and admin.is_staff and year.accepts_entries
