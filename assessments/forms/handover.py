"""The form of a hand-over: which roles, to whom, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import SeveralField
from units.models import User


class HandOverForm(forms.Form):
    roles = SeveralField(label=_("Roles that pass"), queryset=None, widget=forms.CheckboxSelectMultiple)
    successor = forms.CharField(
        label=_("To somebody who has an account"), max_length=60, required=False,
        help_text=_("Account or name."), widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    new_name = forms.CharField(
        label=_("Or to somebody new"), max_length=60, required=False,
        help_text=_("The name; an account is issued, and you get the invitation sheet."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Reason"), max_length=200, required=False,
        help_text=_("For the history, for example: has left."),
    )  # fmt: skip

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        held = person.memberships.current().select_related("unit")
        self.fields["roles"].queryset = held
        self.initial = {"roles": [one.pk for one in held], **self.initial}

    def clean_successor(self):
        """The one person whom the text names: by account, else by name, else by a part of either."""
        text = self.cleaned_data["successor"].strip()
        if not text:
            return None
        people = User.objects.people().filter(is_active=True).exclude(pk=self.person.pk)
        for found in (people.filter(username__iexact=text), people.filter(name=text), people.finding(text)):
            several = list(found.distinct()[:6])
            if len(several) == 1:
                return several[0]
            if several:
                self.refuse_several(several)
        raise forms.ValidationError(
            _("Nobody with an account in use is called “%(text)s”."), params={"text": text}
        )

    def refuse_several(self, people):
        names = "、".join(f"{person.name}（{person.username}）" for person in people)
        raise forms.ValidationError(
            _("Several people fit: %(people)s. Enter the account."), params={"people": names}
        )

    def clean(self):
        values = super().clean()
        if not self.errors and bool(values["successor"]) == bool(values["new_name"]):
            self.add_error("successor", _("Name one successor: somebody with an account, or somebody new."))
        return values

    @property
    def heir(self):
        """The successor as the page names whom it is."""
        return self.cleaned_data["successor"] or self.cleaned_data["new_name"]

    @property
    def leaves(self):
        """Whether the person has no role left afterwards, and is therefore blocked."""
        return self.person.memberships.current().count() == len(self.cleaned_data["roles"])
