"""Forms of the import of lists."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civportal.lib.forms import FilterForm, SeveralField
from civportal.lib.tables import MIB, TableRefused
from units.actions import intake
from units.actions.intake.columns import FURTHER, IGNORED, Layout, rearranged
from units.models import ImportRow
from units.models.intake_kinds import all_kinds

# What the address asks for besides a single verdict.
LEFT_OUT, NOTED = "left_out", "noted"
DECISIONS = [
    ("same", _("the same unit")),
    ("new", _("a new unit")),
    ("leave", _("leave out")),
    ("", _("undecided")),
]


def kinds_for(user):
    """The kinds of list that this person may import."""
    return [kind for kind in all_kinds() if user.has_perm(kind.permission)]


class UploadForm(forms.Form):
    """The county's own list, as it is, and what it lists where that is not left to its headings."""

    kind = forms.ChoiceField(label=_("What is listed"), required=False, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("The list"),
        help_text=_(
            "Excel or WPS (.xlsx, .xls, .et), .ods or text (.csv), %(limit)s MB at most, "
            "with the headings you always use."
        )
        % {"limit": settings.IMPORT_FILE_BYTES // MIB},
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.et,.ods,.csv,.txt,.xml,.htm,.html"}),
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.codes = [kind.code for kind in kinds]
        self.hints = ["", *(kind.hint for kind in kinds)]
        by_headings = ("", _("The headings tell"))
        self.fields["kind"].choices = [by_headings, *((kind.code, kind.label) for kind in kinds)]

    @property
    def kind_options(self):
        """(option, what such a list looks like) for each kind."""
        return list(zip(self["kind"], self.hints, strict=True))

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            intake.check_upload(file.size)
        except TableRefused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return file

    def preview(self, *, by):
        """The batch that the file becomes, or None when it is refused; the refusal is then an error."""
        file, kind = self.cleaned_data["file"], self.cleaned_data["kind"]
        try:
            return intake.begin(file.read(), file.name, by=by, kinds=[kind] if kind else self.codes)
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
    q = forms.CharField(required=False, widget=forms.SearchInput)

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        sheets = [sheet["sheet"] for sheet in batch.layout if sheet["state"] == "read"]
        self.fields["q"].label = batch.listed.column
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


class RowsForm(SeenForm):
    """What is said of the ticked rows: left out, or taken after all."""

    decision = forms.ChoiceField(choices=[("leave", _("leave out")), ("take", _("take"))])
    rows = SeveralField(queryset=None, error_messages={"required": _("Tick at least one row.")})

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rows"].queryset = batch.rows.all()

    @property
    def chosen(self):
        """The rows of which it is said: only what was left out by hand is taken after all."""
        rows = self.cleaned_data["rows"]
        return [row for row in rows if (row.decision == "leave") == (self.cleaned_data["decision"] == "take")]

    @property
    def decided(self):
        return "" if self.cleaned_data["decision"] == "take" else "leave"


class KindForm(SeenForm):
    """What the list holds, where the headings were misunderstood."""

    kind = forms.ChoiceField(label=_("What is listed"))

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds]


class SheetForm(forms.Form):
    """Where the headings of one sheet stand, and what each of its columns means."""

    first = forms.IntegerField(label=_("First row of headings"), min_value=1)
    last = forms.IntegerField(label=_("Last row of headings"), min_value=1)

    def __init__(self, *args, layout, kind, **kwargs):
        initial = {"first": layout.first, "last": layout.last}
        initial |= {f"column{column.index}": column.field or FURTHER for column in layout.columns}
        super().__init__(*args, initial=initial, prefix=f"sheet{kwargs.pop('number')}", **kwargs)
        self.layout, self.kind = layout, kind
        choices = column_choices(kind)
        for column in layout.columns:
            self.fields[f"column{column.index}"] = forms.ChoiceField(
                label=f"{column.letter} · {column.heading}", choices=choices, required=False
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
                    None, _("Two columns mean “%(field)s”; choose one.") % {"field": self.kind.label_of(name)}
                )
        if "name" not in chosen:
            self.add_error(None, self.kind.name_missing)
        return values

    def arranged(self):
        """The layout as the person wants it."""
        values = self.cleaned_data
        fields = {column.index: values[f"column{column.index}"] for column in self.layout.columns}
        return rearranged(self.layout, values["first"], values["last"], fields)


def column_choices(kind):
    return [
        (FURTHER, _("keep under its heading")),
        *((name, kind.label_of(name)) for name in kind.vocabulary.headings),
        (IGNORED, _("leave out")),
    ]


class LayoutForms:
    """One form for each sheet that is read."""

    def __init__(self, batch, data=None):
        self.layouts = [Layout.from_json(layout) for layout in batch.layout]
        self.forms = [
            SheetForm(data, layout=layout, number=number, kind=batch.listed)
            if layout.state == "read"
            else None
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
