"""What a person says about something worth a look; each finding has a small form of its own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import LikenessOpinion


class OpinionForm(forms.Form):
    """One line, and about what: both hidden fields are checked against what is really found."""

    kind = forms.ChoiceField(choices=LikenessOpinion.Kind, widget=forms.HiddenInput)
    subject = forms.RegexField(r"[0-9a-f]{64}", widget=forms.HiddenInput)
    note = forms.CharField(label=_("In one line"), max_length=200, required=False)

    @classmethod
    def each(cls, found):
        """Every finding with an empty form about it."""
        return [
            (
                finding,
                cls(
                    initial=dict(zip(("kind", "subject"), finding.key, strict=True)),
                    auto_id=f"id_like_{finding.kind}_{finding.subject[:12]}_%s",
                ),
            )
            for finding in found
        ]


class ExplainForm(OpinionForm):
    """The unit explains."""

    note = forms.CharField(
        label=_("How it comes, in one line"),
        max_length=200,
        # The findings are shown anew while somebody writes here.
        widget=forms.TextInput({"hx-preserve": ""}),
        error_messages={"required": _("Say in one line how it comes that both are alike.")},
    )


class JudgeForm(OpinionForm):
    """The reviewer decides: which button was pressed, and why."""

    note = forms.CharField(label=_("To the unit, in one line"), max_length=200, required=False)
    verdict = forms.ChoiceField(
        choices=[
            (verdict, verdict.label)
            for verdict in (LikenessOpinion.Verdict.FINE, LikenessOpinion.Verdict.NOT_ACCEPTABLE)
        ]
    )
