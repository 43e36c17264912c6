"""Forms of questions often asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import faq as faqs
from assessments.models import Faq, Indicator
from civportal.lib.forms import FilterForm, VersionForm
from units.forms.editing import EditForm, TidyForm

from .review import ReasonForm


class FaqForm(TidyForm, EditForm):
    """Question and answer in words for everybody; publishes a new one or words a published one anew."""

    # Asked for only when the words say who asked.
    names_stand = forms.BooleanField(
        label=_("The name may stand; everybody knows of it anyway"), required=False
    )

    class Meta:
        model = Faq
        fields = ("indicator", "question", "answer")
        labels = {"question": _("Question, as any unit could ask it"), "answer": _("Answer for all units")}
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2, "maxlength": Faq.LONGEST_QUESTION}),
            "answer": forms.Textarea(attrs={"rows": 6, "maxlength": Faq.LONGEST_ANSWER}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        of_year = self.instance.source.cycle.standard_id
        self.fields["indicator"].queryset = Indicator.objects.filter(standard=of_year).items()
        self.fields["indicator"].empty_label = _("No indicator in particular")

    def save_values(self, values, *, by, seen):
        stands = self.cleaned_data["names_stand"]
        if self.instance.pk is None:
            return faqs.publish(self.instance.source, values, by=by, names_stand=stands)
        return faqs.edit(self.instance, values, by=by, seen=seen, names_stand=stands)


class WithdrawForm(ReasonForm, VersionForm):
    """Why words are withdrawn, and which words stood on the screen."""


class FaqFilter(FilterForm):
    """Looks for words in questions and answers, or for one indicator."""

    q = forms.CharField(label=_("Words of the question or the answer"), required=False, max_length=100)
    indicator = forms.ModelChoiceField(
        label=_("Indicator"),
        required=False,
        empty_label=_("All indicators"),
        queryset=Indicator.objects.filter(faqs__status=Faq.Status.PUBLISHED).distinct(),
    )

    def narrow_q(self, faqs_found, text):
        return faqs_found.finding(text)

    def narrow_indicator(self, faqs_found, indicator):
        return faqs_found.filter(indicator=indicator)
