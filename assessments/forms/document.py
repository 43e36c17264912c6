"""Forms of the office's documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import evidence
from assessments.models import Cycle, Document, Duty
from civportal.lib import filetypes
from civportal.lib.clock import today
from civportal.lib.documents import document_number
from civportal.lib.forms import FilterForm, SeveralField, VersionForm
from units.forms.editing import TidyForm
from units.forms.fields import UnitListField
from units.models import Category, Unit

ACCEPTED = ".docx,.pdf,.xlsx,.jpg,.jpeg,.png"
LONGEST_TERM = 30


class DocumentFileField(forms.FileField):
    """A document as a file; the content decides, and what is refused is said at the field."""

    def __init__(self, **options):
        options.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPTED}))
        super().__init__(allow_empty_file=True, max_length=None, **options)

    def clean(self, value, initial=None):
        file = super().clean(value, initial)
        if file:
            evidence.check(file, filetypes.clean_name(file.name))
        return file


class UploadForm(TidyForm, forms.Form):
    """A form with a document's file, which must not be a secret; `too_big` names what was cut off."""

    file = DocumentFileField(label=_("File"), help_text=_("Word, Excel, PDF, JPG or PNG, as it was issued."))
    is_open = forms.BooleanField(
        label=_("The document is not classified"),
        help_text=_("Nothing marked 秘密, 机密 or 绝密 may be put into this portal."),
    )

    def __init__(self, *args, too_big=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.too_big = too_big

    def clean(self):
        values = super().clean()
        if self.too_big:
            self.add_error("file", evidence.too_large())
        return values

    @property
    def said(self):
        """The arguments of the action: everything but the tick, and the file only where one was chosen."""
        given = {
            name: value for name, value in self.cleaned_data.items() if name not in ("is_open", "version")
        }
        return given if given.get("file") else {key: value for key, value in given.items() if key != "file"}


class DocumentForm(UploadForm):
    """A document: number, title, date, who may read it, how long there is to sign, the file."""

    field_order = ("number", "title", "text", "issued_on", "secrecy", "sign_within", "file", "is_open")

    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        help_text=_("For example 云文明办〔2026〕3号; any brackets will do."),
    )
    title = forms.CharField(label=_("Title"), max_length=80)
    text = forms.CharField(
        label=_("What it is about"),
        max_length=1000,
        required=False,
        help_text=_("One or two sentences: what the recipients have to do."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
    )
    issued_on = forms.DateField(label=_("Date of the document"), widget=forms.DateInput)
    secrecy = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Document.Secrecy,
        initial=Document.Secrecy.INTERNAL,
        widget=forms.RadioSelect,
    )
    sign_within = forms.IntegerField(
        label=_("Working days to sign"), min_value=1, max_value=LONGEST_TERM, initial=3
    )

    def clean_number(self):
        return document_number(self.cleaned_data["number"])

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > today():
            raise forms.ValidationError(_("The date of the document lies in the future."))
        return day


FACTS = ("number", "title", "text", "issued_on", "secrecy", "sign_within")


class DraftForm(DocumentForm):
    """The same for a draft: without a new file the old one stays."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, document, **kwargs):
        facts = {name: getattr(document, name) for name in FACTS}
        super().__init__(*args, initial={**facts, "version": document.version}, **kwargs)
        self.fields["file"].required = self.fields["is_open"].required = False
        self.fields["file"].help_text = _("Choose a file only to put it in place of “%(name)s”.") % {
            "name": document.file_name
        }
        if document.corrects_id:
            del self.fields["number"]

    def clean(self):
        values = super().clean()
        if values.get("file") and not values.get("is_open"):
            self.add_error("is_open", _("Confirm it for the new file."))
        return values


class CorrectionForm(UploadForm):
    """A corrected edition: what changed, and the file that takes the place of the old one."""

    field_order = ("note", "title", "text", "issued_on", "sign_within", "file", "is_open")

    note = forms.CharField(
        label=_("What was corrected, and why?"),
        max_length=200,
        help_text=_("The recipients read this beside both editions."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
    title = DocumentForm.base_fields["title"]
    text = DocumentForm.base_fields["text"]
    issued_on = DocumentForm.base_fields["issued_on"]
    sign_within = DocumentForm.base_fields["sign_within"]
    clean_issued_on = DocumentForm.clean_issued_on

    def __init__(self, *args, document, **kwargs):
        facts = {name: getattr(document, name) for name in ("title", "text", "sign_within")}
        super().__init__(*args, initial={**facts, "issued_on": today()}, **kwargs)


class RecipientsForm(VersionForm):
    """To whom a document goes: all units of the year, or whoever fits one of the choices below."""

    all = forms.BooleanField(label=_("All units of the year"), required=False)
    categories = SeveralField(
        label=_("Kinds of unit"),
        required=False,
        queryset=Category.objects.filter(parent__isnull=True),
        widget=forms.CheckboxSelectMultiple,
    )
    towns = SeveralField(
        label=_("Towns, with the units in them"),
        required=False,
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    units = UnitListField(
        label=_("These units"),
        required=False,
        help_text=_(
            "One on each line: name, short name or credit code. A column of a spreadsheet can be pasted."
        ),
    )

    def __init__(self, *args, document, **kwargs):
        rule, of_year = document.audience_rule, Unit.objects.filter(years__cycle=document.cycle_id).existing()
        units = of_year.filter(pk__in=rule.get("units", []))
        super().__init__(*args, record=document, initial={**rule, "units": units}, **kwargs)
        self.fields["towns"].queryset = (
            Unit.objects.existing().filter(residents__years__cycle=document.cycle_id).distinct()
        )
        self.fields["units"].queryset = of_year

    def clean(self):
        values = super().clean()
        if not self.errors and not self.rule_of(values):
            raise forms.ValidationError(_("Choose who gets the document."))
        return values

    @staticmethod
    def rule_of(values):
        """What was chosen, as a document keeps it."""
        if values.get("all"):
            return {"all": True}
        chosen = {name: values.get(name) or [] for name in ("categories", "towns", "units")}
        return {name: [record.pk for record in records] for name, records in chosen.items() if records}

    @property
    def rule(self):
        return self.rule_of(self.cleaned_data)


class DueForm(forms.Form):
    """The day by which receipts are to be signed, said by hand."""

    due_on = forms.DateField(label=_("To be signed by"), widget=forms.DateInput)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < today():
            raise forms.ValidationError(_("The new day is over already."))
        return day


class IssueForm(DueForm, VersionForm):
    """The last word before a document goes out; the day is asked for where no holiday table reaches."""

    def __init__(self, *args, document, last_day, **kwargs):
        super().__init__(*args, record=document, **kwargs)
        if last_day is not None:
            del self.fields["due_on"]


class SendForm(DueForm):
    """The same for units that joined later."""

    def __init__(self, *args, last_day, **kwargs):
        super().__init__(*args, **kwargs)
        if last_day is not None:
            del self.fields["due_on"]


class WithdrawForm(VersionForm):
    """A reason is not optional."""

    note = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )


class YearFilter(FilterForm):
    """Number or title, and the year; without either, the year being worked in."""

    q = forms.CharField(label=_("Number or title"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycles = list(Cycle.objects.by_use())
        years = [(str(cycle.year), str(cycle.year)) for cycle in self.cycles]
        self.fields["year"].choices = [("", _("This year")), *years]

    def narrow_year(self, rows, year):
        return rows.filter(cycle__year=year)

    def apply(self, rows):
        """Words are looked for in all years, unless one is chosen as well."""
        rows = super().apply(rows)
        if self.cleaned_data.get("year") or self.cleaned_data.get("q"):
            return rows
        return rows.filter(cycle__in=self.cycles[:1])


class ReceivedFilter(YearFilter):
    """What a unit got."""

    def narrow_q(self, receipts, text):
        return receipts.filter(document__in=Document.objects.finding(text))


class DocumentFilter(YearFilter):
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *Document.Status.choices]
    )
    field_order = ("q", "status", "year")

    def narrow_q(self, documents, text):
        return documents.finding(text)

    def narrow_status(self, documents, status):
        return documents.filter(status=status)


class ReceiptFilter(FilterForm):
    q = forms.CharField(label=_("Unit"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All recipients")),
            ("open", _("not signed for")),
            (Duty.State.MISSING, _("overdue")),
            ("done", _("signed for")),
        ],
    )

    def narrow_q(self, receipts, text):
        return receipts.filter(unit__in=Unit.objects.finding(text))

    def narrow_state(self, receipts, state):
        narrowed = {"open": receipts.open, "missing": receipts.missing, "done": receipts.done}
        return narrowed[state]()
