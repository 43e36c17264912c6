"""Forms of the standard."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Indicator
from civportal.lib.names import clean_name


class IndicatorForm(forms.ModelForm):
    """What may be corrected on an indicator while its edition is a draft, its recipe included."""

    # What a recipe may ask for, one field each; what is left empty is not asked.
    RECIPE = (
        "files_at_least", "photos_at_least", "words_at_least", "words_at_most",
        "links_count", "document_number", "from", "until", "must_show",
    )  # fmt: skip

    files_at_least = forms.IntegerField(label=_("Files at least"), required=False, min_value=0, max_value=50)
    photos_at_least = forms.IntegerField(
        label=_("Photos at least"), required=False, min_value=0, max_value=50
    )
    words_at_least = forms.IntegerField(
        label=_("Characters at least"), required=False, min_value=0, max_value=2000
    )
    words_at_most = forms.IntegerField(
        label=_("Characters at most"), required=False, min_value=0, max_value=2000
    )
    links_count = forms.BooleanField(label=_("A link to a public page counts as a file"), required=False)
    document_number = forms.BooleanField(label=_("The text names a document by its number"), required=False)
    must_show = forms.CharField(
        label=_("What must be seen in the files"),
        required=False,
        help_text=_("One thing a line. The unit declares it, the reviewer confirms it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Indicator
        fields = ("name", "maximum", "rule", "reviewers_needed")
        help_texts = {
            "maximum": _("The full marks of the group follow by themselves."),
            "reviewers_needed": _(
                "With more than one, each marks without seeing the others; close marks give the mean, others "
                "go to one more reviewer."
            ),
        }
        widgets = {
            "maximum": forms.NumberInput(
                attrs={"step": "any", "inputmode": "decimal", "class": "input--short"}
            ),
            "rule": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # “from” is a word of Python: both days of the window are added here.
        for name, label in (("from", _("Held from")), ("until", _("Held until"))):
            self.fields[name] = forms.CharField(
                label=label, required=False, help_text=_("Month and day: 03-31")
            )
        for name in self.RECIPE:
            said = self.instance.recipe.get(name)
            self.initial[name] = "\n".join(said) if isinstance(said, list) else said
        if not self.instance.comes_from_ledger:
            for name in self.RECIPE:
                del self.fields[name]
            del self.fields["reviewers_needed"]

    def clean_maximum(self):
        maximum = self.cleaned_data["maximum"]
        if maximum <= 0:
            raise forms.ValidationError(_("Full marks are more than 0."))
        return maximum

    def clean_must_show(self):
        return [line for line in map(clean_name, self.cleaned_data["must_show"].splitlines()) if line]

    def clean_from(self):
        return month_and_day(self.cleaned_data["from"])

    def clean_until(self):
        return month_and_day(self.cleaned_data["until"])

    @property
    def values(self):
        """What `standard.edit_indicator` takes."""
        own = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        asked = {name: self.cleaned_data[name] for name in self.RECIPE if self.cleaned_data.get(name)}
        kept = self.instance.recipe if not self.instance.comes_from_ledger else asked
        return {**own, "recipe": kept}


def month_and_day(text):
    """A day that every year has, as “03-31”; raises ValidationError for any other text."""
    try:
        # A year without a 29 February.
        return text and date.fromisoformat(f"2025-{text}").isoformat()[5:]
    except ValueError:
        raise forms.ValidationError(_("Write month and day as two numbers each: 03-31.")) from None
