"""Reading an edition, and correcting it while it is a draft."""

import pytest
from django.urls import reverse

from assessments.actions import standard as standards
from units.models import TrailEvent


@pytest.fixture
def draft(ou):
    return standards.load(standards.default_source(), year=2026, by=ou)


@pytest.mark.parametrize("who", ["lan", "rui", "ou"])
def test_everybody_who_works_here_may_read_the_edition(client, request, who, draft):
    client.force_login(request.getfixturevalue(who))

    page = client.get(draft.get_absolute_url()).content.decode()

    assert "领导机构健全" in page
    assert "当年获国家/省/市级相关荣誉" in page
    assert "一票否决" in page or "V1" in page


def test_the_edition_weighs_its_ways(client, rui, draft):
    client.force_login(rui)

    context = client.get(draft.get_absolute_url()).context

    assert context["total"] == 100
    assert [weight for _way, weight, _count in context["weights"]] == [32, 31, 20, 11, 6]


def test_the_edition_costs_the_same_few_queries(client, rui, draft, django_assert_max_num_queries):
    client.force_login(rui)

    with django_assert_max_num_queries(11):
        client.get(draft.get_absolute_url())


def test_all_editions_are_listed(client, rui, draft):
    client.force_login(rui)

    assert draft.get_absolute_url() in client.get(reverse("assessments:standards")).content.decode()


@pytest.mark.parametrize(("who", "may"), [("ou", True), ("admin", True), ("rui", False)])
@pytest.mark.parametrize("page", ["list", "edition"])
def test_who_may_take_one_in_finds_the_way_to_a_new_edition(client, request, draft, ou, who, may, page):
    standards.freeze(draft, by=ou)
    client.force_login(request.getfixturevalue(who))
    address = reverse("assessments:standards") if page == "list" else draft.get_absolute_url()

    shown = f"{reverse('units:import_new')}?kind=indicators" in client.get(address).content.decode()

    assert shown is may


def test_a_draft_is_corrected_and_needs_no_new_edition(client, ou, draft):
    client.force_login(ou)

    assert "?kind=indicators" not in client.get(draft.get_absolute_url()).content.decode()


def test_without_an_edition_the_list_says_what_to_do(client, rui):
    client.force_login(rui)

    assert reverse("assessments:cycles") in client.get(reverse("assessments:standards")).content.decode()


def edit(client, indicator, **values):
    address = reverse("assessments:indicator_edit", args=[indicator.pk])
    said = {"name": indicator.name, "maximum": "3", "rule": "规则", "reviewers_needed": "1", **values}
    return client.post(address, said)


def test_the_director_corrects_a_draft(client, ou, draft):
    item = draft.indicators.get(code="A1")
    client.force_login(ou)
    assert client.get(reverse("assessments:indicator_edit", args=[item.pk])).status_code == 200

    response = edit(client, item, maximum="2")

    assert response.url == f"{draft.get_absolute_url()}#A1"
    assert draft.indicators.get(code="A").maximum == 9


def test_the_director_asks_for_several_reviewers_of_what_the_ledger_proves(client, ou, draft):
    item = draft.indicators.proved_by_ledger().first()
    client.force_login(ou)

    edit(client, item, reviewers_needed="6")
    assert draft.indicators.get(pk=item.pk).reviewers_needed == 1
    edit(client, item, reviewers_needed="3")

    assert draft.indicators.get(pk=item.pk).reviewers_needed == 3
    assert ["1", "3"] in TrailEvent.objects.about(draft).last().changes.values()


@pytest.mark.parametrize("values", [{"maximum": "0"}, {"maximum": "-1"}, {"name": ""}, {"maximum": "x"}])
def test_what_cannot_be_is_said_at_the_field(client, ou, draft, values):
    item = draft.indicators.get(code="A1")
    client.force_login(ou)

    response = edit(client, item, **values)

    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(values)


def rows(*levels):
    """The rows of described levels as the page sends them."""
    sent = {"levels-TOTAL_FORMS": len(levels) + 1, "levels-INITIAL_FORMS": 0}
    for place, level in enumerate(levels):
        sent |= {f"levels-{place}-{name}": value for name, value in level.items()}
    return sent


def test_the_director_describes_levels_and_everybody_reads_them(client, ou, draft):
    item = draft.indicators.get(code="A1")
    client.force_login(ou)

    edit(client, item, **rows({"least": "2", "most": "3", "words": "齐全"}, {"least": "0", "words": "没有"}))
    page = client.get(draft.get_absolute_url()).content.decode()
    form = client.get(reverse("assessments:indicator_edit", args=[item.pk])).context["form"]

    assert [one.text for one in item.bands] == ["2～3分：齐全", "0分：没有"]
    assert "齐全" in page and "2–3" in page
    assert [row.initial.get("most") for row in form.levels] == ["3", None, None, None, None]


def test_an_edit_that_sends_no_levels_leaves_them(client, ou, draft):
    item = draft.indicators.get(code="I2")
    client.force_login(ou)

    edit(client, item, maximum="2")
    assert item.levels.count() == 2
    edit(client, item, maximum="2", **rows())
    assert item.levels.count() == 0


@pytest.mark.parametrize(
    "levels",
    [
        [{"least": "9", "words": "多"}],
        [{"least": "2", "words": "多"}, {"least": "1", "most": "2", "words": "少"}],
        [{"words": "没有分数"}],
        [{"least": "1"}],
        [{"least": "x", "words": "多"}],
        [{"least": "1", "words": "多"}] * 11,
    ],
)
def test_levels_that_cannot_be_are_said_and_not_saved(client, ou, draft, levels):
    item = draft.indicators.get(code="A1")
    client.force_login(ou)

    response = edit(client, item, **rows(*levels))

    form = response.context["form"]
    assert form.errors or form.levels.total_error_count()
    assert not item.levels.exists()


def test_every_level_that_does_not_fit_says_so_at_its_row_with_what_was_typed(client, ou, draft):
    item = draft.indicators.get(code="A1")
    client.force_login(ou)

    response = edit(
        client,
        item,
        name="",
        **rows(
            {"least": "99", "words": "超过满分"},
            {"least": "2", "most": "1", "words": "倒过来"},
            {"least": "0"},
            {"least": "x", "words": "不是数"},
            {"least": "0.5", "most": "1", "words": "好"},
            {"least": "0.5", "words": "重叠"},
        ),
    )

    form = response.context["form"]
    at_rows = [sorted(row.errors) for row in form.levels]
    assert at_rows == [["least"], ["most"], ["words"], ["least"], [], ["least"], []]
    assert {"name", "__all__"} == set(form.errors)
    page = response.content.decode()
    assert all(typed in page for typed in ("超过满分", "倒过来", "不是数", 'value="99"', 'value="x"'))
    assert page.index('id="id_levels-0-least_error"') < page.index('id="id_levels-1-most_error"')
    assert not item.levels.exists()


def test_a_wrong_full_mark_hides_no_other_mistake(client, ou, draft):
    client.force_login(ou)

    response = edit(client, draft.indicators.get(code="A1"), maximum="0", **rows({"least": "1"}))

    form = response.context["form"]
    assert "maximum" in form.errors and "words" in form.levels[0].errors


def test_others_do_not_correct(client, rui, draft):
    client.force_login(rui)

    assert edit(client, draft.indicators.get(code="A1")).status_code == 403


def test_a_frozen_edition_is_not_corrected(client, ou, draft):
    standards.freeze(draft, by=ou)
    client.force_login(ou)

    assert edit(client, draft.indicators.get(code="A1")).status_code == 403
    assert "indicators/" not in client.get(draft.get_absolute_url()).content.decode()


def test_a_group_has_no_page_of_its_own(client, ou, draft):
    client.force_login(ou)

    assert edit(client, draft.indicators.get(code="A")).status_code == 404
