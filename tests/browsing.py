"""What a page offers to a browser: its links and its forms, read with the standard library."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

UNTOUCHED = ("/static/", "/logout/")


def without_drawings(html):
    """The page without its icons and plots, whose coordinates look like points."""
    return re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)


@dataclass
class Form:
    """A form as a browser would send it: every field with the value that stands in it."""

    address: str
    method: str
    fields: dict = field(default_factory=dict)
    files: list = field(default_factory=list)


class Page(HTMLParser):
    """Links and forms of one answer."""

    def __init__(self, address, html):
        super().__init__()
        self.address = address
        self.links, self.forms = [], []
        self.textarea = self.select = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        for name in ("href", "src", "data-lightbox"):
            if name in at:
                self.links.append(urljoin(self.address, at[name]))
        if tag == "form":
            action = urljoin(self.address, at.get("action") or self.address)
            self.forms.append(Form(action, at.get("method", "get").lower()))
        elif self.forms and at.get("name"):
            self.handle_field(tag, at)
        elif self.forms and tag == "option" and self.select and ("selected" in at or self.first_option):
            self.forms[-1].fields[self.select] = at.get("value", "")
            self.first_option = False

    def handle_field(self, tag, at):
        name, fields = at["name"], self.forms[-1].fields
        if tag == "select":
            self.select, self.first_option = name, True
            fields[name] = ""
        elif tag == "textarea":
            self.textarea = name
            fields[name] = ""
        elif at.get("type") == "file":
            self.forms[-1].files.append(name)
        elif at.get("type") in ("checkbox", "radio"):
            fields.setdefault(name, at.get("value", "on"))
        elif tag in ("input", "button"):
            fields.setdefault(name, at.get("value", ""))

    def handle_data(self, data):
        if self.textarea:
            self.forms[-1].fields[self.textarea] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None
        elif tag == "select":
            self.select = None

    @property
    def inside(self):
        """The links that stay in the portal, each once, without their fragments."""
        found = [urlsplit(link) for link in self.links]
        return dict.fromkeys(
            f"{link.path}?{link.query}" if link.query else link.path
            for link in found
            if not link.scheme and not link.netloc and link.path and not link.path.startswith(UNTOUCHED)
        )


def pages(client, starts, alike=2):
    """Every answer that can be reached by links from these addresses: address → response.

    Of addresses that differ only in numbers and in what is asked, `alike` are opened; of the
    starts, all.
    """
    seen, waiting, opened = {}, list(starts), Counter()
    while waiting:
        address = waiting.pop(0)
        # The administration's lists can be narrowed in hundreds of ways, all of them Django's.
        is_narrowed = address.startswith("/admin/") and "?" in address
        if address in seen or is_narrowed or (address not in starts and opened[shape(address)] >= alike):
            continue
        opened[shape(address)] += 1
        seen[address] = response = client.get(address)
        if response.status_code in (301, 302):
            waiting.append(response.url)
        elif is_html(response):
            waiting += Page(address, response.content.decode()).inside
    return seen


def shape(address):
    """The address without its numbers and without the values that it asks for."""
    path, _mark, query = address.partition("?")
    return re.sub(r"[0-9]+", "0", path), tuple(sorted(part.partition("=")[0] for part in query.split("&")))


def one_of_each(addresses):
    """The first address of every shape."""
    found = {}
    for address in addresses:
        found.setdefault(shape(address), address)
    return list(found.values())


def is_html(response):
    return response.headers.get("Content-Type", "").startswith("text/html")


def forms(answers):
    """Every form that these answers offer for a POST, each once."""
    found = {}
    for address, response in answers.items():
        if is_html(response):
            for form in Page(address, response.content.decode()).forms:
                found.setdefault((form.address, form.method, tuple(sorted(form.fields))), form)
    return list(found.values())


# Acts on the session itself, and the administration's.
NO_ACTS = ("/logout/", "/password/", "/language/", "/appearance/", "/admin/")


def acts(client, addresses):
    """The forms for a POST on these pages, one of each kind."""
    offered = forms({address: client.get(address) for address in one_of_each(addresses)})
    found = [form for form in offered if form.method == "post" and not form.address.startswith(NO_ACTS)]
    kinds = one_of_each(form.address for form in found)
    return [form for form in found if form.address in kinds]
