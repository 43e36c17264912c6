"""Forms of conflicts of interest: declaring, lifting, answering hints, asking for an exception."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions.conflict import LONGEST_EXCEPTION
from assessments.models import Conflict
from civportal.lib.forms import FilterForm, VersionForm
from units.forms.editing import TidyForm
from units.forms.fields import DayField, NamedUnitField
from units.models import Unit, User


class DeclareForm(TidyForm, forms.Form):
    """The unit about which one decides nothing, and why."""

    unit = NamedUnitField(label=_("Unit"))
    ground = forms.ChoiceField(
        label=_("Why?"), choices=Conflict.Ground.choices, widget=forms.RadioSelect, initial="family"
    )
    note = forms.CharField(
        label=_("In one line"),
        required=False,
        max_length=200,
        help_text=_(
            "Needed for another reason only. You and those who lead the office read it, nobody else."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )


class ConflictFilter(FilterForm):
    """Narrows the list of everybody's conflicts."""

    q = forms.CharField(label=_("Person or unit"), required=False, max_length=60)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *Conflict.Status.choices]
    )

    def narrow_q(self, conflicts, text):
        people = User.objects.finding(text).order_by().values("pk")
        units = Unit.objects.finding(text).order_by().values("pk")
        return conflicts.filter(person__in=people) | conflicts.filter(unit__in=units)

    def narrow_status(self, conflicts, status):
        return conflicts.filter(status=status)


class LiftForm(VersionForm):
    note = forms.CharField(
        label=_("Why is it lifted?"),
        max_length=200,
        help_text=_("The person reads this, and it stays on the record."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200}),
    )


class AnswerForm(forms.Form):
    """What a person found when looking at a likely conflict."""

    person = forms.ModelChoiceField(queryset=User.objects.all())
    unit = forms.ModelChoiceField(queryset=Unit.objects.existing())
    verdict = forms.ChoiceField(choices=[("conflict", ""), ("none", "")])


class AskForm(TidyForm, forms.Form):
    """Why one has to decide all the same, and until when."""

    reason = forms.CharField(
        label=_("Why can nobody else decide?"),
        max_length=300,
        help_text=_("A director who is not you reads it and decides; it stays on the record."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )
    until = DayField(
        label=_("Until"),
        help_text=_("It counts until midnight of that day; %(days)s days at most.")
        % {"days": LONGEST_EXCEPTION},
    )


class AskForUnitForm(AskForm):
    """The same for whatever a unit handed in."""

    unit = NamedUnitField(label=_("Unit"))
    field_order = ("unit", "reason", "until")


class ApproveForm(VersionForm):
    pass


class RefuseForm(VersionForm):
    note = forms.CharField(
        label=_("Why is it refused?"),
        max_length=200,
        help_text=_("The person who asked reads this."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
