"""A form that corrects a record which somebody else may be correcting at the same time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.names import clean_name, clean_text
from units.actions.editing import ChangedMeanwhile
from units.models.trail import labels_of


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


class EditForm(forms.ModelForm):
    """Carries the version it was opened with; the action writes, on its own locked row.

    A subclass says in `save_values` which action that is.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # What the second of two clerks is told about each change of the first.
    meanwhile = _("%(who)s saved this while your form was open (%(what)s). Check it and save again.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version

    def _post_clean(self):
        """Ask the model's validators, but leave the instance alone."""
        for name, value in list(self.cleaned_data.items()):
            if name in self._meta.fields:
                self.ask(self._meta.model._meta.get_field(name), value)

    def ask(self, field, value):
        """Put on the form what the field's own validators say, such as a number the database cannot hold."""
        try:
            field.run_validators(value)
        except forms.ValidationError as refusal:
            self.add_error(field.name, refusal)

    @property
    def values(self):
        """Field → value of everything the form corrects."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def edit(self, *, by):
        """The record as saved, or None when it is refused; what others changed is then an error."""
        try:
            return self.save_values(self.values, by=by, seen=self.cleaned_data["seen"])
        except ChangedMeanwhile as meanwhile:
            for event in meanwhile.events:
                self.add_error(None, self.meanwhile % {"who": event.by, "what": told(event)})
            self.data = {**self.data.dict(), "seen": str(meanwhile.record.version)}
        except forms.ValidationError as refusal:
            self.add_error(None, refusal)
        return None

    def save_values(self, values, *, by, seen):
        raise NotImplementedError


def told(event):
    """What somebody changed, in a few words: field, old and new."""
    labels = labels_of(event.content_type.model_class())
    return "；".join(f"{labels.get(name, name)}：{old} → {new}" for name, (old, new) in event.changes.items())
