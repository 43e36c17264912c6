"""A form that corrects a record which somebody else may be correcting at the same time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.names import clean_name, clean_text
from units.actions.editing import ChangedMeanwhile


class TidyForm(forms.BaseForm):
    """Keeps text as it is meant: no invisible letters or stray blanks, one line where one is asked."""

    def clean(self):
        values = super().clean()
        values = self.cleaned_data if values is None else values
        for name, value in list(values.items()):
            field = self.fields.get(name)
            if isinstance(value, str) and isinstance(field, forms.CharField):
                is_long = isinstance(field.widget, forms.Textarea)
                values[name] = clean_text(value) if is_long else clean_name(value)
                if field.required and not values[name]:
                    self.add_error(name, field.error_messages["required"])
        return values


class AskingForm(forms.ModelForm):
    """Asks the model's validators, but leaves the instance alone: an action writes, on its own locked row."""

    def _post_clean(self):
        for name, value in list(self.cleaned_data.items()):
            if name in self._meta.fields:
                self.ask(self._meta.model._meta.get_field(name), value)

    def ask(self, field, value):
        """Put on the form what the field's own validators say, such as a number the database cannot hold."""
        try:
            field.run_validators(value)
        except forms.ValidationError as refusal:
            self.add_error(field.name, refusal)


class EditForm(AskingForm):
    """Carries the version it was opened with; the action writes, on its own locked row.

    A subclass says in `save_values` which action that is.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # What the second of two clerks is told about each change of the first.
    meanwhile = _("%(who)s saved this while your form was open (%(what)s). Check it and save again.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version

    @property
    def values(self):
        """Field → value of everything the form corrects."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def edit(self, *, by):
        """The record as saved, or None when it is refused; what others changed is then an error."""
        return attempt(self, self.save_values, self.values, by=by, seen=self.cleaned_data["seen"])

    def save_values(self, values, *, by, seen):
        raise NotImplementedError


def attempt(form, act, *what, **more):
    """What the action gives, or None when it is refused; the form then says why.

    After a change by somebody else the next try is made against the record as it is then.
    """
    try:
        return act(*what, **more)
    except ChangedMeanwhile as meanwhile:
        for event in meanwhile.events:
            form.add_error(None, form.meanwhile % {"who": event.by, "what": told(event)})
        form.data = {**form.data.dict(), "seen": str(meanwhile.record.version)}
    except forms.ValidationError as refusal:
        tell_refusal(form, refusal)
    return None


def tell_refusal(form, refusal):
    """Put an action's refusal at its fields, or at the top where the form has no such field."""
    told_of = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
    for name, sentences in told_of.items():
        form.add_error(name if name in form.fields else None, sentences)


def told(event):
    """What somebody changed, in a few words: field, old and new."""
    return "；".join(f"{label}：{old} → {new}" for label, old, new in event.change_lines)
