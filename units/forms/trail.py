"""Narrowing the trail: who, what, about which kind of record, when."""

from datetime import date, datetime, time

from django import forms
from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import end_of
from civportal.lib.forms import FilterForm
from units.actions.history import PROTECTED_VERBS
from units.models import User
from units.models.trail import COMMON_VERBS

PROTECTED = "protected"
# Days that a calendar of this portal can mean.
DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


def kinds():
    """The models whose records have a history with words of its own."""
    return [model for model in apps.get_models() if getattr(model, "VERBS", None)]


def kind_choices():
    return [("", _("Any kind of record")), *((key(model), model._meta.verbose_name) for model in kinds())]


def key(model):
    return model._meta.label_lower


def act_choices():
    """Every act, under the kind of record that it happens to; what any record can meet comes before."""
    return [
        ("", _("Any act")),
        (PROTECTED, _("Protected data looked at or exported")),
        *((f":{verb}", label) for verb, label in COMMON_VERBS.items()),
        *(
            (
                model._meta.verbose_name,
                [(f"{key(model)}:{verb}", label) for verb, label in model.VERBS.items()],
            )
            for model in kinds()
        ),
    ]


class TrailFilter(FilterForm):
    """Narrows the trail; the address is the filter and can be passed on."""

    who = forms.CharField(label=_("Name or account"), required=False, max_length=60)
    act = forms.ChoiceField(label=_("What was done"), required=False, choices=act_choices)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False, choices=kind_choices)
    since = forms.DateField(label=_("From the day"), required=False, validators=DAYS, widget=forms.DateInput)
    until = forms.DateField(label=_("To the day"), required=False, validators=DAYS, widget=forms.DateInput)

    def narrow_who(self, events, text):
        return events.filter(by__in=User.objects.called(text).values("pk"))

    def narrow_act(self, events, act):
        if act == PROTECTED:
            return events.filter(verb__in=PROTECTED_VERBS)
        kind, _colon, verb = act.rpartition(":")
        return of_kind(events, kind).filter(verb=verb)

    def narrow_kind(self, events, kind):
        return of_kind(events, kind)

    def narrow_since(self, events, day):
        return events.filter(at__gte=make_aware(datetime.combine(day, time.min)))

    def narrow_until(self, events, day):
        return events.filter(at__lt=end_of(day))


def of_kind(events, kind):
    """The events about records of that model, "app.model"; all events when none is named."""
    app_label, _dot, model = kind.partition(".")
    return events.filter(content_type__app_label=app_label, content_type__model=model) if kind else events
