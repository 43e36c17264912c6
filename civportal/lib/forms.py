"""How every form of the portal is drawn."""

from contextlib import contextmanager
from functools import partial

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.choices import flatten_choices
from django.utils.translation import gettext, gettext_noop

from .web import whole_number

# Sentences of Django that our catalogues word anew, the way the office speaks; listed so that
# makemessages finds them.
REWORDED = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a number."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
)


class Renderer(TemplatesSetting):
    """One drawing of a form and of a field, for the whole portal."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


@contextmanager
def refused_at(form, field):
    """Let what an action refuses stand at the form's field, and go on behind the block."""
    try:
        yield
    except forms.ValidationError as refusal:
        form.add_error(field, refusal)


class VersionForm(forms.Form):
    """Carries the version of the record that stood on the person's screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = record.version


class SeveralField(forms.ModelMultipleChoiceField):
    """Several records of a list; a number that no database could hold is an unknown choice, too."""

    def clean(self, value):
        for number in value or ():
            if whole_number(str(number)) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": number}
                )
        return super().clean(value)


class FilterForm(forms.Form):
    """A form in the address bar that narrows a list; bad values narrow nothing."""

    def apply(self, rows):
        """Narrow the rows by whatever was validly asked; one `narrow_<field>` per field."""
        self.full_clean()
        for name, value in self.cleaned_data.items():
            if is_asked(value):
                rows = getattr(self, f"narrow_{name}")(rows, value)
        return rows

    @property
    def said(self):
        """Whatever was validly asked, in words; a `say_<field>` words a value better than its label does."""
        return list(self.worded.values())

    @property
    def worded(self):
        """The same, each by its field."""
        return {
            name: getattr(self, f"say_{name}", partial(self.say, name))(value)
            for name, value in self.cleaned_data.items()
            if is_asked(value)
        }

    @property
    def chips(self):
        """What narrows the list: (words, the address's query that does without it)."""
        return [
            (words, self.query_without(name))
            for name, words in self.worded.items()
            if not self.fields[name].widget.is_hidden
        ]

    def query_without(self, *names):
        """The query of the address without these fields, and from the first page."""
        query = self.data.copy()
        for name in (*names, "after", "page"):
            query.pop(name, None)
        return query.urlencode()

    def say(self, name, value):
        field = self.fields[name]
        if value is True:
            return str(field.label)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            value = dict(flatten_choices(field.choices)).get(value, value)
        return gettext("%(label)s: %(value)s") % {"label": field.label or name, "value": value}

    @property
    def is_narrowed(self):
        """Whether anything was asked, so that an empty list can say why it is empty."""
        return any(self.data.get(name) for name in self.fields)


def is_asked(value):
    """Whether a filter's value asks for something; a box that is not ticked does not."""
    return value is not None and value is not False and (not hasattr(value, "__len__") or len(value) > 0)
