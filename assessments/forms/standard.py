"""Forms of the standard."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import standard as standards
from assessments.models import Indicator
from assessments.scoring import level
from civportal.lib.money import plain_decimal
from civportal.lib.names import clean_name
from units.forms.editing import TidyForm


class LevelForm(TidyForm, forms.Form):
    """One described level; a row that is left empty is none."""

    name = forms.CharField(label=_("Name, if any"), required=False, max_length=level.NAME_LENGTH)
    least = forms.DecimalField(
        label=_("Points"), required=False, min_value=0, max_digits=6, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip
    most = forms.DecimalField(
        label=_("up to, if a range"), required=False, min_value=0, max_digits=6, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip
    words = forms.CharField(label=_("What it is like"), required=False, max_length=level.TEXT_LENGTH)

    def clean(self):
        values = super().clean()
        told = [values.get(name) for name in ("name", "most", "words")]
        if not self.errors and values.get("least") is None and any(one not in (None, "") for one in told):
            self.add_error("least", _("Say how many points it gives."))
        return values

    @property
    def band(self):
        """The level as a plain value; None for an empty row."""
        said = self.cleaned_data
        if said.get("least") is None:
            return None
        most = said["least"] if said["most"] is None else said["most"]
        return level.Band(said["least"], most, said["words"], said["name"])


LevelForms = forms.formset_factory(
    LevelForm, extra=3, max_num=level.MOST, absolute_max=level.MOST + 1, validate_max=True
)


# At which field of its row a fault is said; what is not named concerns the row.
FIELDS_OF_FAULTS = {
    level.NO_WORDS: "words",
    level.COLON_IN_NAME: "name",
    level.TOO_FINE: "least",
    level.BACKWARDS: "most",
    level.ABOVE_FULL: "least",
    level.OVERLAP: "least",
}


class IndicatorForm(forms.ModelForm):
    """What may be corrected on an indicator while its edition is a draft: its recipe and levels included."""

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
        # Whoever sends no rows at all leaves the levels as they are.
        self.levels_sent = "levels-TOTAL_FORMS" in self.data
        data = self.data if self.levels_sent else None
        self.levels = LevelForms(data, prefix="levels", initial=self.levels_now())

    def levels_now(self):
        """Its levels as the rows of the form show them; the end of a range only where there is one."""
        return [
            {
                "name": one.name,
                "least": plain_decimal(one.least),
                "most": plain_decimal(one.most) if one.most != one.least else None,
                "words": one.words,
            }
            for one in self.instance.bands
        ]

    def clean(self):
        values = super().clean()
        if not self.levels_sent:
            if values.get("maximum"):
                standards.check_levels(self.bands, values["maximum"])
            return values
        self.mark_levels(values.get("maximum"))
        if not self.levels.is_valid():
            self.add_error(None, _("Correct the described levels; what is wrong is said at each row."))
        return values

    def mark_levels(self, maximum):
        """Say at each row what is wrong with its level, all of them at once."""
        rows = [row for row in self.levels if row.is_valid() and row.band]
        for place, problem, words in standards.level_faults([row.band for row in rows], maximum):
            rows[place].add_error(FIELDS_OF_FAULTS.get(problem), words)

    @property
    def bands(self):
        """The levels as they are to be."""
        if not self.levels_sent:
            return self.instance.bands
        return [form.band for form in self.levels if form.band]

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
        return {**own, "recipe": kept, "levels": self.bands}


def month_and_day(text):
    """A day that every year has, as “03-31”; raises ValidationError for any other text."""
    try:
        # A year without a 29 February.
        return text and date.fromisoformat(f"2025-{text}").isoformat()[5:]
    except ValueError:
        raise forms.ValidationError(_("Write month and day as two numbers each: 03-31.")) from None
