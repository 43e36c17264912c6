"""Forms of a unit's documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.lib import filetypes
from civportal.lib.clock import today
from civportal.lib.documents import document_number
from units.actions import paper as papers
from units.models import Paper

from .editing import TidyForm

ACCEPTED = ".pdf,.jpg,.jpeg,.png"


class ScanField(forms.FileField):
    """A document as PDF or photo; the content decides, and what is refused is said at the field."""

    def __init__(self, **options):
        options.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPTED}))
        options.setdefault("help_text", _("PDF, JPG or PNG."))
        super().__init__(allow_empty_file=True, max_length=None, **options)

    def clean(self, value, initial=None):
        file = super().clean(value, initial)
        if file:
            papers.check(file, filetypes.clean_name(file.name))
        return file


class ScanForm(forms.Form):
    """A form with a scan; `too_big` are the names of files whose upload was cut off at the limit."""

    def __init__(self, *args, too_big=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.too_big = too_big

    def clean(self):
        values = super().clean()
        if self.too_big:
            self.add_error("file", papers.too_large())
        return values


class PaperForm(TidyForm, ScanForm):
    """A document: its number and date, the scan, or both."""

    title = forms.CharField(label=_("Title"), max_length=120)
    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        required=False,
        help_text=_("For example 云教发〔2026〕3号."),
    )
    dated_on = forms.DateField(label=_("Date of the document"), required=False, widget=forms.DateInput)
    file = ScanField(label=_("Scan"), required=False)

    def clean_number(self):
        return document_number(self.cleaned_data["number"])

    def clean_dated_on(self):
        day = self.cleaned_data["dated_on"]
        if day and day > today():
            raise forms.ValidationError(_("The date of the document lies in the future."))
        return day

    def clean(self):
        values = super().clean()
        if not self.errors and not values.get("number") and not values.get("file"):
            self.add_error("number", _("Give the number of the document, or its scan."))
        return values


class BroughtPaperForm(PaperForm):
    """The same beside a choice of known documents: left empty, nothing is brought."""

    def __init__(self, *args, title, **kwargs):
        kwargs |= {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(*args, initial={"title": title}, **kwargs)

    def has_changed(self):
        """The usual title alone brings nothing."""
        return bool(set(self.changed_data) - {"title"})

    @property
    def brought(self):
        """The arguments of `paper.add`, or None."""
        return self.cleaned_data if self.has_changed() else None


class ScanOnlyForm(ScanForm):
    """The scan of something that is recorded already."""

    file = ScanField(label=_("Scan"))


def papers_of(unit):
    """The unit's documents, newest first."""
    return Paper.objects.filter(unit=unit).select_related("added_by")
