"""Forms of service windows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib import personal
from civportal.lib.clock import today
from civportal.lib.forms import FilterForm
from units.actions import window as windows
from units.models import Unit, Window, WindowStaff

from .editing import EditForm, TidyForm

NO_ID_NUMBER = _("An identity number stands here. It is a person's own and must not be kept; take it out.")


class WindowForm(TidyForm, EditForm):
    """What the public is told of a window, and what the office wants to know."""

    class Meta:
        model = Window
        fields = [
            "name",
            "place",
            "hours",
            "services",
            "promise",
            "first_contact",
            "staff_count",
            "is_hot_post",
            "sort_order",
        ]
        help_texts = {
            "name": _("As it stands above the window, for example: social insurance window."),
            "place": _("Building, floor and room, so that a stranger finds it."),
            "hours": _("For example: working days 8:30—12:00, 14:30—17:30."),
            "services": _("What can be done here; one matter on each line."),
            "promise": _("What the public may rely on, as it hangs on the wall."),
            "first_contact": _("Who is asked first sees the matter through: the rule as it applies here."),
            "is_hot_post": _("A post at which matters easily get stuck; it is looked at more often."),
            "sort_order": _("Smaller numbers come first."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sort_order"].required = False
        for name, rows in (("services", 4), ("promise", 4), ("first_contact", 3)):
            self.fields[name].widget.attrs["rows"] = rows

    def clean_sort_order(self):
        return self.cleaned_data["sort_order"] or 0

    def clean(self):
        values = super().clean()
        for name in Window.PUBLIC:
            if personal.holds_id_number(values.get(name) or ""):
                self.add_error(name, NO_ID_NUMBER)
        return values

    def add(self, unit, staff, *, by):
        """The new window, or None when it is refused; the reason is then an error of the form."""
        try:
            return windows.add(unit, self.values, staff, by=by)
        except forms.ValidationError as refusal:
            self.add_error(None, refusal)
            return None

    def correct(self, staff, *, by):
        """The window as saved, or None when it is refused."""
        self.staff = staff
        return self.edit(by=by)

    def save_values(self, values, *, by, seen):
        return windows.edit(self.instance, values, self.staff, by=by, seen=seen)


class StaffForm(TidyForm, forms.Form):
    """One person at the window."""

    badge_number = forms.CharField(label=_("Badge number"), max_length=20)
    duty = forms.CharField(label=_("Duty"), max_length=60, required=False)
    name = forms.CharField(label=_("Name"), max_length=60, required=False)

    def clean_badge_number(self):
        badge = self.cleaned_data["badge_number"]
        if personal.is_id_number(badge):
            raise forms.ValidationError(
                _("This is an identity number. Enter the number that stands on the badge.")
            )
        if personal.is_mobile(badge):
            raise forms.ValidationError(
                _("This is a mobile number. Enter the number that stands on the badge.")
            )
        return badge

    def clean(self):
        values = super().clean()
        for name in ("duty", "name"):
            if personal.holds_id_number(values.get(name) or ""):
                self.add_error(name, NO_ID_NUMBER)
        return values


StaffForms = forms.formset_factory(
    StaffForm, extra=2, can_delete=True, max_num=200, absolute_max=201, validate_max=True
)


def staff_forms(window, data=None):
    """The rows of staff on the window's form, with those who serve there already."""
    known = WindowStaff.objects.filter(window=window) if window.pk else WindowStaff.objects.none()
    initial = list(known.values("badge_number", "duty", "name"))
    return StaffForms(data, prefix="staff", initial=initial)


def staff_in(formset):
    """The filled and kept rows, as the action takes them."""
    return [
        {name: form.cleaned_data[name] for name in ("badge_number", "duty", "name")}
        for form in formset
        if form.cleaned_data.get("badge_number") and not form.cleaned_data.get("DELETE")
    ]


class CloseForm(forms.Form):
    on = forms.DateField(
        label=_("Closed since"), help_text=_("The first day on which nobody is served here."), initial=today,
        widget=forms.DateInput,
    )  # fmt: skip

    def clean_on(self):
        if self.cleaned_data["on"] > today():
            raise forms.ValidationError(_("The day lies in the future; close the window when it has come."))
        return self.cleaned_data["on"]


class WindowFilter(FilterForm):
    q = forms.CharField(label=_("Window or unit"), required=False, widget=forms.SearchInput)
    town = forms.ModelChoiceField(
        label=_("Town"), required=False, queryset=Unit.objects.none(), empty_label=_("Any town")
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("In service or not")), ("open", _("in service")), ("closed", _("out of service"))],
    )
    hot = forms.BooleanField(label=_("Hot posts"), required=False)
    # Longer numbers are nobody's, and the database would not take them.
    unit = forms.IntegerField(
        label=_("Unit"), required=False, min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput
    )

    def __init__(self, *args, windows, **kwargs):
        super().__init__(*args, **kwargs)
        self.windows = windows
        towns = windows.exclude(unit__town=None).values("unit__town")
        self.fields["town"].queryset = Unit.objects.filter(pk__in=towns)

    def say_unit(self, unit):
        """By name, if it has a window that the person may see."""
        seen = self.windows.filter(unit=unit).values_list("unit__name", flat=True)
        return self.say("unit", seen.first() or unit)

    def narrow_q(self, rows, text):
        return rows.finding(text)

    def narrow_town(self, rows, town):
        return rows.filter(unit__town=town)

    def narrow_state(self, rows, state):
        return rows.open() if state == "open" else rows.closed()

    def narrow_hot(self, rows, hot):
        return rows.filter(is_hot_post=hot)

    def narrow_unit(self, rows, unit):
        return rows.filter(unit=unit)
