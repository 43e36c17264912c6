"""Forms of the calendar: lines of it, and more time for those who need it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Deadline, Duty
from assessments.models.duty import CALENDAR_KINDS, PERIODS
from civportal.lib.clock import today
from units.forms.fields import DayField, NamedUnitField
from units.models import Category

PERIOD_CHOICES = [(0, "—"), *((number, str(number)) for number in range(1, 13))]


class DeadlineForm(forms.ModelForm):
    """What is owed, by whom and by when."""

    kind = forms.ChoiceField(
        label=_("What is owed"), choices=[(kind.value, kind.label) for kind in CALENDAR_KINDS]
    )
    period = forms.TypedChoiceField(
        label=_("Quarter or month"),
        choices=PERIOD_CHOICES,
        coerce=int,
        required=False,
        empty_value=0,
        help_text=_("For quarterly schemes 1 to 4, for monthly arrangements 1 to 12."),
    )
    unit = NamedUnitField(
        label=_("For one unit only"),
        required=False,
        help_text=_("Its name or code; empty for all, or a kind."),
    )
    opens_on = DayField(label=_("Opens on"))
    due_on = DayField(label=_("Due by"))
    closes_on = DayField(
        label=_("Closes after"),
        help_text=_("Between the two it is taken as late; after that only the office can give more time."),
    )

    class Meta:
        model = Deadline
        fields = (
            "kind", "period", "title", "hint",
            "opens_on", "due_on", "closes_on",
            "category", "unit", "is_owed",
        )  # fmt: skip
        labels = {
            "title": _("Title of the request"),
            "hint": _("What exactly, and why it is asked"),
            "category": _("For one kind of unit only"),
            "is_owed": _("It is owed"),
        }
        help_texts = {
            "title": _("Only for a request of the office: what everybody calls it."),
            "hint": _("Units read this beside the task."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.select_related("parent")
        self.fields["category"].empty_label = _("all kinds")
        if self.instance.pk:
            # What a line is about stays; another duty is another line.
            for name in ("kind", "period", "title", "category", "unit"):
                del self.fields[name]

    def clean(self):
        values = super().clean()
        kind = values.get("kind", self.instance.kind)
        if "period" in self.fields:
            self.check_period(kind, values.get("period") or 0)
            if kind == Duty.Kind.REQUEST and not values.get("title"):
                self.add_error(
                    "title", _("Give the request a title, so that everybody knows it by one name.")
                )
            elif kind != Duty.Kind.REQUEST:
                values["title"] = ""
            if values.get("unit") and values.get("category"):
                self.add_error("unit", _("Choose a kind or one unit, not both."))
        self.check_dates([values.get(name) for name in ("opens_on", "due_on", "closes_on")])
        return values

    def check_period(self, kind, period):
        most = PERIODS.get(kind, 0)
        if most and not 1 <= period <= most:
            self.add_error("period", _("Choose 1 to %(most)s.") % {"most": most})
        elif not most:
            self.cleaned_data["period"] = 0

    def check_dates(self, dates):
        if all(dates) and sorted(dates) != dates:
            self.add_error("due_on", _("It opens, is due, and closes, in this order."))


class ExtendForm(forms.Form):
    until = DayField(label=_("New last day"), help_text=_("It counts until midnight of that day."))
    note = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
        help_text=_("The reason stays on every record and is read by the units."),
    )

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until < today():
            raise forms.ValidationError(_("This day is over already."))
        return until
