"""What everybody reads without signing in, and what nobody does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.actions import honor, publication
from assessments.models import HonorItem, RankingRelease
from civportal.lib.clock import now
from tests.assessments.standings import standing
from tests.factories import (
    AwardFactory,
    CaseOfficerFactory,
    EntryFactory,
    LiaisonFactory,
    ReleaseFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Category, Office, UnitName

PUBLIC = ["public_home", "public_rankings", "public_roll", "public_units"]


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text_of(client, name, *args, **query):
    response = client.get(address(name, *args), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def item(db):
    return HonorItem.objects.get(level="county", name="文明单位")


@pytest.fixture
def released(year, school, ou):
    """A released ranking in which the school stands first."""
    standing(year, "91.50", unit=school, grade="recommend")
    standing(year, "80.25", code="bank")
    return publication.release(year, title="2026 年度名次", by=ou)


@pytest.mark.parametrize("name", PUBLIC)
def test_before_anything_is_published_every_page_stands_and_says_so(client, db, name):
    page = text_of(client, name)

    assert 'class="empty"' in page


def test_the_front_page_shows_the_newest_ranking_the_honors_and_the_contact(client, released, school, item):
    AwardFactory(item=item, unit=school)
    Office(county="云泽县", contact_phone="0000-1234567", registration="云ICP备1号").save()

    page = text_of(client, "public_home")

    for part in (
        "2026 年度名次",
        school.name,
        "91.50",
        "县级",
        "云文明委〔2026〕3号",
        "0000-1234567",
        "云ICP备1号",
        released.get_absolute_url(),
    ):
        assert part in page


def test_the_front_page_follows_the_newest_version_that_stands(client, released, year, ou):
    second = publication.release(year, title="更正后的名次", by=ou)
    assert client.get(address("public_home")).context["newest"] == second

    publication.withdraw(second, note="口径有误", by=ou)

    page = client.get(address("public_home"))
    assert page.context["newest"] == released
    assert "更正后的名次" not in page.content.decode()


def test_the_archive_lists_every_version_and_the_note_of_a_withdrawn_one(client, released, ou):
    publication.withdraw(released, note="口径有误", by=ou)

    page = text_of(client, "public_rankings")

    assert "2026 年度名次" in page and "口径有误" in page and "已撤回" in page


def test_a_released_ranking_shows_places_scores_and_the_cut_line(client, released, school):
    page = text_of(client, "public_ranking", released.pk)

    for part in (school.name, "91.50", "80.25", "优秀", "推荐线 90 分", "<svg"):
        assert part in page


def test_a_withdrawn_ranking_shows_the_note_and_date_in_place_of_the_table(client, released, school, ou):
    publication.withdraw(released, note="口径有误", by=ou)
    released.refresh_from_db()

    page = text_of(client, "public_ranking", released.pk)

    assert "口径有误" in page and "撤回" in page
    assert school.name not in page and "91.50" not in page


def test_an_older_version_points_to_the_newer_one(client, released, year, ou):
    newer = publication.release(year, title="更正后的名次", by=ou)

    assert newer.get_absolute_url() in text_of(client, "public_ranking", released.pk)


def test_missing_values_are_said_on_the_page(client, year, ou):
    standing(year, unset=4)
    version = publication.release(year, title="名次", by=ou, confirm_unset=True)

    assert "发布时还有 4 项未评" in text_of(client, "public_ranking", version.pk)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"学校", "银行", "村"}),
        ({"q": "银"}, {"银行"}),
        ({"level": "city"}, {"银行"}),
        ({"year": "2025"}, {"银行"}),
        ({"kind": "village"}, {"村"}),
        ({"year": "x", "level": "x"}, {"学校", "银行", "村"}),
    ],
)
def test_the_roll_is_narrowed_and_never_shows_what_was_revoked(client, item, query, found):
    village = UnitFactory(category=Category.objects.get(code="village"))
    city = HonorItem.objects.get(level="city", name="文明单位")
    AwardFactory(item=item, unit_name="学校")
    AwardFactory(item=city, unit_name="银行", year=2025)
    AwardFactory(item=item, unit_name="村", unit=village)
    AwardFactory(item=item, unit_name="已撤销", status="revoked", ended_note="弄虚作假")
    if "kind" in query:
        query = {"kind": Category.objects.get(code=query["kind"]).pk}

    page = client.get(address("public_roll"), query)

    assert {award.unit_name for award in page.context["page"]} == found
    assert "弄虚作假" not in page.content.decode()


def test_the_roll_says_when_nothing_matches_and_how_to_go_on(client, item):
    AwardFactory(item=item)

    assert address("public_roll") in text_of(client, "public_roll", q="没有的")


def test_the_roll_gives_htmx_its_rows_only(client, item):
    AwardFactory(item=item)

    page = client.get(address("public_roll"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page and "<table" in page


def test_a_units_page_shows_its_honors_and_its_place(client, released, school, item):
    AwardFactory(item=item, unit=school, unit_name="云泽县第一小学校")
    AwardFactory(item=item, unit=school, year=2020, status="revoked", ended_note="弄虚作假")

    page = text_of(client, "public_unit", school.pk)

    for part in ("县级文明单位", "云文明委〔2026〕3号", "云泽县第一小学校", "第 1 名，共 2 个", "91.50"):
        assert part in page
    assert "弄虚作假" not in page


def test_a_units_page_shows_the_newest_version_of_each_year_only(client, released, year, school, ou):
    newer = publication.release(year, title="更正后的名次", by=ou)

    places = client.get(address("public_unit", school.pk)).context["places"]

    assert [row.release for row in places] == [newer]


def test_a_withdrawn_ranking_gives_no_place(client, released, school, ou):
    publication.withdraw(released, note="口径有误", by=ou)

    assert not client.get(address("public_unit", school.pk)).context["places"]


@pytest.mark.parametrize(
    ("participation", "took_part", "status"),
    [
        ("participating", False, 200),
        ("withdrawn", True, 200),
        ("withdrawn", False, 404),
        ("exempt", False, 404),
        ("outside", False, 404),
    ],
)
def test_only_units_that_take_or_took_part_have_a_page(client, year, participation, took_part, status):
    unit = UnitFactory(participation=participation, name="云泽县某单位")
    if took_part:
        UnitYearFactory(cycle=year, unit=unit)

    assert client.get(address("public_unit", unit.pk)).status_code == status
    assert (unit in client.get(address("public_units")).context["page"].object_list) is (status == 200)


def test_a_unit_is_found_by_present_and_former_names_but_not_by_code_or_contact(client, db):
    unit = UnitFactory(name="云泽县税务局", uscc="11320000MB0000001X", contact="张三丰", mobile="13800001111")
    UnitName.objects.create(unit=unit, name="云泽县地税局")

    def found(text):
        return list(client.get(address("public_units"), {"q": text}).context["page"])

    assert found("税务") == found("地税") == [unit]
    assert found("1132") == found("张三丰") == found("1380") == []


SECRETS = {
    "uscc": "91320000MA1SECRET1",
    "address": "秘密路一号",
    "top_leader": "赵秘一",
    "leader_in_charge": "钱秘二",
    "contact": "孙秘三",
    "mobile": "13811112222",
    "tel": "0555-7654321",
    "email": "secret@unit.example",
    "honors_text": "秘密荣誉文字",
    "application_text": "秘密申报文字",
    "pairing_text": "秘密结对文字",
    "remark": "秘密备注",
    "extra": {"身份证": "320000199001011234"},
}


def test_no_public_page_names_a_person_or_a_way_to_reach_one(client, year, ou, item):
    """Something is planted in every private field that could leak."""
    unit = UnitFactory(name="云泽县泄密测试局", **SECRETS)
    ou.name, ou.username = "李秘四", "user-secret"
    ou.save()
    liaison = LiaisonFactory(name="周秘五", username="liaison-secret", memberships__unit=unit)
    CaseOfficerFactory(name="吴秘六")
    EntryFactory(unit=unit, cycle=year, accepted=True, title="秘密台账", created_by=liaison)
    standing(year, "91", unit=unit, grade="recommend")
    version = publication.release(year, title="名次", by=ou)
    withdrawn = publication.release(year, title="撤回的名次", by=ou)
    publication.withdraw(withdrawn, note="口径有误", by=ou)
    honor.grant(item, [unit], year=2026, document_number="文〔2026〕1号", granted_on=now().date(), by=ou)
    planted = [
        *(value for value in SECRETS.values() if isinstance(value, str)),
        *("身份证", "320000199001011234", "秘密台账"),
        *("李秘四", "周秘五", "吴秘六", "user-secret", "liaison-secret"),
    ]
    pages = [
        *(text_of(client, name) for name in PUBLIC),
        *(text_of(client, name, q="泄密测试") for name in ("public_roll", "public_units")),
        *(text_of(client, "public_ranking", release.pk) for release in (version, withdrawn)),
        text_of(client, "public_unit", unit.pk),
    ]

    assert sum(unit.name in page for page in pages) >= 6
    assert [secret for secret in planted for page in pages if secret in page] == []


def many(year, item, count, ou):
    """That many units, each with a place and an honor."""
    sheets = [standing(year, str(50 + number % 50), code="bank") for number in range(count)]
    for sheet in sheets:
        AwardFactory(item=item, unit=sheet.unit)
    return publication.release(year, title="名次", by=ou), sheets[0].unit


@pytest.mark.parametrize("count", [1, 5, 50])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("public_home", 7),
        ("public_rankings", 3),
        ("public_ranking", 4),
        ("public_roll", 4),
        ("public_units", 3),
        ("public_unit", 5),
    ],
)
def test_public_pages_cost_the_same_queries_however_much_there_is(
    client, year, ou, item, name, queries, count, django_assert_num_queries
):
    version, unit = many(year, item, count, ou)
    args = {"public_ranking": [version.pk], "public_unit": [unit.pk]}.get(name, [])
    client.get(address("public_home"))  # the office is read once a minute

    with django_assert_num_queries(queries):
        client.get(address(name, *args))


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_archive_costs_the_same_queries_however_many_versions(
    client, year, count, django_assert_num_queries
):
    ReleaseFactory.create_batch(count, cycle=year)
    client.get(address("public_home"))

    with django_assert_num_queries(3):
        client.get(address("public_rankings"))


def again(client, name, tag, *args):
    return client.get(address(name, *args), headers={"If-None-Match": tag})


def test_a_page_is_sent_again_only_when_something_changed(
    client, released, year, ou, django_assert_num_queries
):
    client.get(address("public_home"))
    tag = client.get(address("public_home")).headers["ETag"]

    with django_assert_num_queries(1):
        assert again(client, "public_home", tag).status_code == 304

    publication.release(year, title="更正后的名次", by=ou)
    fresh = again(client, "public_home", tag)
    assert fresh.status_code == 200
    assert "更正后的名次" in fresh.content.decode()


def test_language_theme_and_office_change_the_page(client, released):
    def tag():
        return client.get(address("public_home")).headers["ETag"]

    tag()
    seen = {tag(), tag()}
    client.cookies["theme"] = "dark"
    seen.add(tag())
    client.cookies["django_language"] = "zh-hant"
    seen.add(tag())
    Office(county="另一县").save()
    seen.add(tag())

    assert len(seen) == 4


def test_a_signed_in_person_never_gets_a_page_from_the_cache(client, rui, released):
    client.force_login(rui)

    response = client.get(address("public_home"))

    assert "ETag" not in response.headers
    assert "no-cache" in response.headers["Cache-Control"] and "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_read_only(client, db, name):
    assert client.post(address(name)).status_code == 405


def test_the_news_mix_rankings_and_documents_newest_first(client, year, item, ou):
    old = ReleaseFactory(cycle=year, title="旧名次", released_at=now() - timedelta(days=900))
    AwardFactory(item=item, granted_on=(now() - timedelta(days=3)).date(), document_number="文〔2026〕2号")
    new = ReleaseFactory(cycle=year, title="新名次")

    news = client.get(address("public_home")).context["news"]

    assert [one.get("release") or one["document"]["document_number"] for one in news] == [
        new,
        "文〔2026〕2号",
        old,
    ]


def test_a_ranking_that_does_not_exist_is_a_404(client, db):
    assert not RankingRelease.objects.exists()
    assert client.get(address("public_ranking", 99)).status_code == 404
