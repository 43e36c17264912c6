"""What holds for every page: headers, language, navigation, and what is said when something fails."""

import re

import pytest
from django.contrib.messages import constants
from django.http import Http404
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from civportal.lib.tags import tone_of_message
from tests import browsing
from tests.factories import EntryFactory, MembershipFactory, UserFactory
from units.models import Role, User


@pytest.fixture
def broken(monkeypatch):
    """The portal with the fault asked for behind the sign-in page."""

    def break_it(fault):
        def view(request):
            raise fault

        monkeypatch.setattr("units.views.account.SignInView.dispatch", lambda self, request: view(request))
        return Client(raise_request_exception=False).get(reverse("units:login"))

    return break_it


def test_every_answer_carries_the_headers_that_protect_it(client, db):
    headers = client.get(reverse("units:login")).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_page_says_its_language_and_loads_nothing_from_elsewhere(client, db):
    page = client.get(reverse("units:login"))

    html = page.content.decode()
    assert '<html lang="zh-Hans">' in html and page.headers["Content-Language"] == "zh-hans"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    sheets = re.findall(r'href="/static/css/(\w+)\.css"', html)
    assert sheets == ["tokens", "base", "layouts", "components", "print"], "later may override earlier"


def test_the_language_can_be_chosen_without_a_script(client, db):
    client.post(reverse("set_language"), {"language": "en", "next": "/login/"})

    assert '<html lang="en">' in client.get(reverse("units:login")).content.decode()


def test_an_unknown_address_is_explained(client, db):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()


def test_what_is_not_yours_to_do_is_explained(client, lan, rui, school):
    entry = EntryFactory(unit=school, submitted=True)
    client.force_login(rui)

    response = client.get(reverse("assessments:entry_edit", args=[entry.pk]))

    assert response.status_code == 403
    assert "这一步不归您办" in response.content.decode()


def test_a_form_from_another_session_is_explained(lan):
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("units:login"), {"username": "lan"})

    assert response.status_code == 403
    assert "页面打开得太久" in response.content.decode()


def test_a_request_that_cannot_be_read_is_explained(db):
    response = defaults.bad_request(RequestFactory().get("/"), ValueError())

    assert response.status_code == 400
    assert "没能读懂这次请求" in response.content.decode()


def test_a_fault_of_the_portal_is_admitted_without_the_database(django_db_blocker):
    with django_db_blocker.block():
        response = defaults.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "系统出了问题" in response.content.decode()


def test_an_error_says_nothing_of_the_machine(broken, db):
    response = broken(RuntimeError("secret /srv/portal"))

    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert broken(Http404()).status_code == 404


def ways(client, user):
    client.force_login(user)
    html = client.get(reverse("units:notifications")).content.decode()
    side = html[html.index('id="menu"') : html.index("</nav>")]
    return set(re.findall(r'class="nav__link" href="([^"]+)"', side))


CAST = ["lan", "dai", "qiao", "guan", "rui", "ou", "admin", "shen", "lin", "xun"]
# Way → who has it in the navigation; the first page and the public ones are everybody's.
WAYS = {
    "assessments:queue": {"rui", "ou"},
    "assessments:conflicts": {"rui", "ou", "admin"},
    "assessments:assignments": {"rui", "ou"},
    "assessments:owing": {"guan", "rui", "ou", "admin", "shen", "lin"},
    "assessments:entries": set(CAST) - {"xun"},
    "assessments:plans": set(CAST) - {"xun"},
    "assessments:my_scores": {"lan", "dai", "qiao"},
    "assessments:gaps": {"rui", "ou", "admin", "shen", "lin", "guan"},
    "assessments:field_surveys": {"rui", "ou", "admin", "shen", "lin"},
    "assessments:burden": {"lan", "dai", "qiao", "rui", "ou", "admin", "shen", "lin"},
    "assessments:sheets": {"rui", "ou", "admin", "shen", "lin"},
    "assessments:ranking": {"rui", "ou", "admin", "shen", "lin"},
    "assessments:awards": {"rui", "ou", "admin", "shen", "lin"},
    "assessments:cycles": {"rui", "ou", "admin", "shen", "lin"},
    "units:units": {"rui", "ou", "admin", "shen", "lin", "xun", "guan"},
    "units:windows": set(CAST),
    "units:letters": set(CAST),
    "units:imports": {"rui", "ou", "admin"},
    "units:people": {"ou", "admin", "shen"},
    "units:permissions": {"ou", "admin", "shen"},
    "units:trail": {"ou", "admin", "shen"},
    "units:outbox": {"ou", "admin"},
    "assessments:health": {"admin"},
    "units:office": {"ou", "admin"},
    "admin:index": {"admin"},
}


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST}


def test_everybody_sees_the_ways_open_to_them(client, year, cast):
    ways_of = {name: ways(client, user) for name, user in cast.items()}

    assert {way: {name for name in CAST if reverse(way) in ways_of[name]} for way in WAYS} == WAYS
    assert all(reverse("assessments:home") in seen for seen in ways_of.values())


@pytest.mark.parametrize("name", [*CAST, "without_role"])
def test_every_way_in_the_navigation_opens(client, year, request, name):
    user = UserFactory() if name == "without_role" else request.getfixturevalue(name)

    closed = {way: client.get(way).status_code for way in ways(client, user)}

    assert {way for way, status in closed.items() if status != 200} == set()


def test_a_department_that_writes_too_has_a_way_to_its_tree(client, year, guan, bank):
    MembershipFactory(user=guan, role=Role.LIAISON, unit=bank)
    MembershipFactory(user=guan, role=Role.LIAISON, unit=guan.workplace)

    seen = ways(client, User.objects.get(pk=guan.pk))

    assert reverse("assessments:tree") in seen


@pytest.mark.parametrize("name", CAST)
def test_no_link_leads_to_a_page_that_refuses(client, furnished, request, name):
    client.force_login(request.getfixturevalue(name))
    starts = [reverse("assessments:home"), *ways(client, request.getfixturevalue(name))]

    answers = browsing.pages(client, starts)

    refused = {address for address, response in answers.items() if response.status_code == 403}
    assert refused == set()
    assert len(answers) > 10


def test_only_the_office_pays_for_the_count_of_the_queue(client, lan, django_assert_num_queries):
    client.force_login(lan)
    client.get(reverse("units:notifications"))

    # session, person, roles, unread, count; an empty page asks for no rows
    with django_assert_num_queries(5):
        client.get(reverse("units:notifications"))


@pytest.mark.parametrize(
    ("level", "tone"),
    [
        (constants.SUCCESS, "good"),
        (constants.WARNING, "warn"),
        (constants.ERROR, "bad"),
        (constants.INFO, "info"),
    ],
)
def test_a_message_has_a_tone_and_an_icon(level, tone):
    class Message:
        tags = ""

        def __str__(self):
            return "Handed in."

    message = Message()
    message.level = level

    html = engines["django"].get_template("components/messages.html").render({"messages": [message]})

    assert tone_of_message(message) == tone
    assert f"tone--{tone}" in html and "<svg" in html and "Handed in." in html


def test_the_style_guide_shows_every_component(client, db):
    response = client.get("/styleguide/")

    assert response.status_code == 200
    html = response.content.decode()
    for part in (
        "badge--bad",
        "timeline",
        "table--cards",
        "summary",
        "bars",
        "empty",
        "file__name",
        "segments",
    ):
        assert part in html


def test_the_admin_wears_the_portals_colors(client, admin):
    client.force_login(admin)

    html = client.get(reverse("admin:index")).content.decode()

    assert "css/tokens.css" in html and "css/admin.css" in html and "文明创建" in html
