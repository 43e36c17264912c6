"""Views of the queue under a name."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions import saved_view
from assessments.forms.review import QueueFilter
from assessments.forms.saved_view import SavedViewForm, filter_of, numbers, with_counts
from assessments.models import LedgerEntry, SavedView
from civportal.lib.forms import refused_at
from civportal.lib.web import allow
from units.models import User


def view_for(user, pk):
    """The view, or 404 when it is somebody's own."""
    allow(user, "assessments.review_entries")
    return get_object_or_404(SavedView.objects.visible_to(user), pk=pk)


def views_of(user):
    """(the views a person sees, what is to be asked to know how many wait in each)."""
    views = SavedView.objects.none()
    if user.has_perm("assessments.review_entries"):
        views = list(SavedView.objects.visible_to(user).select_related("owner"))
    return views, numbers(views, LedgerEntry.objects.visible_to(user).to_decide_by(user))


def shown(user):
    """What a page says of the queue: the views with their numbers, and how many wait; two statements."""
    views, asked = views_of(user)
    found = User.objects.filter(pk=user.pk).values(**asked).get()
    return {"views": with_counts(views, found), "queue_count": found["queue_count"]}


def new(request):
    """Keep the filter of the address under a name."""
    allow(request.user, "assessments.review_entries")
    asked = QueueFilter(QueryDict(request.GET.urlencode()))
    asked.full_clean()
    form = SavedViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "name"):
            view = saved_view.keep(
                form.cleaned_data["name"],
                asked.clean_query,
                by=request.user,
                is_shared=form.cleaned_data["is_shared"],
            )
            messages.success(request, _("Kept as “%(name)s”.") % {"name": view})
            return redirect(view)
    return page(request, form, asked)


def edit(request, pk):
    """Another name, shared or not."""
    view = view_for(request.user, pk)
    allow(request.user, "assessments.edit_saved_view", view)
    form = SavedViewForm.of(view, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "name"):
            saved_view.change(view, form.cleaned_data["name"], is_shared=form.cleaned_data["is_shared"])
            messages.success(request, _("Saved."))
            return redirect(view)
    return page(request, form, filter_of(view), view)


@require_POST
def delete(request, pk):
    view = view_for(request.user, pk)
    allow(request.user, "assessments.delete_saved_view", view)
    saved_view.remove(view)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view})
    return redirect("assessments:queue")


def page(request, form, asked, view=None):
    """The form of a view, with what it narrows to in words."""
    asked.full_clean()
    context = {"form": form, "said": asked.said, "view": view, "query": request.GET.urlencode()}
    status = 422 if form.errors else 200
    return render(request, "assessments/saved_view/edit.html", context, status=status)
