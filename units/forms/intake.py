"""Forms of the import of a unit list."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import FilterForm
from civportal.lib.tables import MIB, TableRefused
from units.actions import intake
from units.actions.intake.columns import FURTHER, HEADINGS, IGNORED, Layout, rearranged
from units.models import ImportRow, Unit

FIELD_NAMES = {
    "seq": _("running number"),
    "name": _("name of the unit"),
    "short_name": _("short name"),
    "private": _("private: not taken in"),
}
# What the address asks for besides a single verdict.
LEFT_OUT, NOTED = "left_out", "noted"
DECISIONS = [
    ("same", _("the same unit")),
    ("new", _("a new unit")),
    ("leave", _("leave out")),
    ("", _("undecided")),
]


class UploadForm(forms.Form):
    """The county's own list, as it is."""

    file = forms.FileField(
        label=_("Unit list"),
        help_text=_(
            "Excel or WPS (.xlsx, .xls, .et), .ods or text (.csv), %(limit)s MB at most, "
            "with the headings you always use."
        )
        % {"limit": settings.IMPORT_FILE_BYTES // MIB},
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.et,.ods,.csv,.txt,.xml,.htm,.html"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            intake.check_upload(file.size)
        except TableRefused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return file

    def preview(self, *, by):
        """The batch that the file becomes, or None when it is refused; the refusal is then an error."""
        file = self.cleaned_data["file"]
        try:
            return intake.preview(file.read(), file.name, by=by)
        except TableRefused as refusal:
            self.add_error("file", forms.ValidationError(refusal.message, code=refusal.code))
            return None


class RowFilter(FilterForm):
    """Which rows of an import are shown."""

    verdict = forms.ChoiceField(
        required=False,
        choices=[("", ""), (LEFT_OUT, ""), (NOTED, ""), *ImportRow.Verdict.choices],
        widget=forms.HiddenInput,
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    q = forms.CharField(label=_("Name of the unit"), required=False, widget=forms.SearchInput)

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        sheets = [sheet["sheet"] for sheet in batch.layout if sheet["state"] == "read"]
        self.fields["sheet"].choices = [("", _("All sheets")), *((name, name) for name in sheets)]
        if len(sheets) < 2:
            del self.fields["sheet"]

    def narrow_verdict(self, rows, verdict):
        if verdict == LEFT_OUT:
            return rows.left_out()
        return rows.filter(is_noted=True) if verdict == NOTED else rows.filter(verdict=verdict)

    def narrow_sheet(self, rows, sheet):
        return rows.filter(sheet=sheet)

    def narrow_q(self, rows, text):
        return rows.filter(name__icontains=text)


class SeenForm(forms.Form):
    """The version of the import that stood on the person's screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ApplyForm(SeenForm):
    strict = forms.BooleanField(
        label=_("All or nothing"),
        required=False,
        help_text=_("If any row would be left out, write none."),
    )


class DecisionForm(SeenForm):
    decision = forms.ChoiceField(required=False, choices=DECISIONS)


class SheetForm(forms.Form):
    """Where the headings of one sheet stand, and what each of its columns means."""

    first = forms.IntegerField(label=_("First row of headings"), min_value=1)
    last = forms.IntegerField(label=_("Last row of headings"), min_value=1)

    def __init__(self, *args, layout, **kwargs):
        initial = {"first": layout.first, "last": layout.last}
        initial |= {f"column{column.index}": column.field or FURTHER for column in layout.columns}
        super().__init__(*args, initial=initial, prefix=f"sheet{kwargs.pop('number')}", **kwargs)
        self.layout = layout
        for column in layout.columns:
            self.fields[f"column{column.index}"] = forms.ChoiceField(
                label=f"{column.letter} · {column.heading}", choices=column_choices, required=False
            )

    @property
    def rows(self):
        return [self["first"], self["last"]]

    @property
    def columns(self):
        return [self[name] for name in self.fields if name.startswith("column")]

    def clean(self):
        values = super().clean()
        first, last = values.get("first"), values.get("last")
        if first and last and not first <= last <= first + 4:
            self.add_error("last", _("The headings take one row or a few rows, from the first to the last."))
        chosen = [values.get(f"column{column.index}") for column in self.layout.columns]
        for name in sorted({field for field in chosen if field not in (FURTHER, IGNORED, "private", None)}):
            if chosen.count(name) > 1:
                self.add_error(
                    None, _("Two columns mean “%(field)s”; choose one.") % {"field": field_label(name)}
                )
        if "name" not in chosen:
            self.add_error(None, _("Say which column holds the units' names."))
        return values

    def arranged(self):
        """The layout as the person wants it."""
        values = self.cleaned_data
        fields = {column.index: values[f"column{column.index}"] for column in self.layout.columns}
        return rearranged(self.layout, values["first"], values["last"], fields)


def column_choices():
    return [
        (FURTHER, _("keep under its heading")),
        *((name, field_label(name)) for name in HEADINGS),
        (IGNORED, _("leave out")),
    ]


def field_label(name):
    """A field of the list as people call it."""
    return FIELD_NAMES.get(name) or Unit._meta.get_field(name).verbose_name


class LayoutForms:
    """One form for each sheet that is read."""

    def __init__(self, batch, data=None):
        self.layouts = [Layout.from_json(layout) for layout in batch.layout]
        self.forms = [
            SheetForm(data, layout=layout, number=number) if layout.state == "read" else None
            for number, layout in enumerate(self.layouts)
        ]

    def __iter__(self):
        return (form for form in self.forms if form)

    def is_valid(self):
        # All of them are asked, so that every sheet shows its own mistakes.
        answers = [form.is_valid() for form in self]
        return all(answers)

    def arranged(self):
        """All layouts, those of unread sheets as they were."""
        pairs = zip(self.forms, self.layouts, strict=True)
        return [form.arranged() if form else layout for form, layout in pairs]
