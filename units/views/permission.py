"""Who may do what, read from the policies: for one role, or for one permission."""

from django.http import Http404
from django.shortcuts import render
from rules.permissions import permissions

from civportal.lib.policy import CHAPTERS, in_words, sentence_of
from civportal.lib.web import allow, page_of
from units.actions.permission import WHAT_FOR, answer, holders
from units.models import Role, User


def index(request):
    """Everything one role may do, by subject."""
    allow(request.user, "units.view_permissions")
    asked = request.GET.get("role", "")
    role = Role(asked) if asked in Role.values else Role.ADMINISTRATOR
    chapters = [(chapter.title, *split(chapter, role)) for chapter in CHAPTERS.values()]
    context = {"roles": Role, "role": role, "what_for": WHAT_FOR[role], "chapters": chapters}
    return render(request, "units/permission/index.html", context)


def split(chapter, role):
    """The lines of a chapter that the role may, always or only if, and those that it never may."""
    lines = [line(name, words, answer(name, role)) for name, words in chapter.sentences.items()]
    return [one for one in lines if not one["is_no"]], [one for one in lines if one["is_no"]]


def line(name, words, said):
    """One line of a table: what it is about, and yes, no, or only if."""
    return {
        "name": name,
        "words": words,
        "is_yes": said is True,
        "is_no": said is False,
        "condition": "" if isinstance(said, bool) else in_words(said),
    }


def detail(request, name):
    """Which roles have one permission, and who holds them now."""
    allow(request.user, "units.view_permissions")
    if name not in permissions:
        raise Http404
    roles = [role for role, _said in holders(name)]
    people = User.objects.holding(roles).filter(is_active=True)
    context = {
        "sentence": sentence_of(name),
        "lines": [line(role.value, role.label, answer(name, role)) for role in Role],
        "page": page_of(request, people.for_listing()),
        "may_list": request.user.has_perm("units.list_people"),
    }
    return render(request, "units/permission/detail.html", context)
