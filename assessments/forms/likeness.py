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
    def each(cls, found, refused=None):
        """Every finding with an empty form about it, or with the one that was refused."""
        return [
            (finding, refused if refused and refused.key == finding.key else cls.about(finding))
            for finding in found
        ]

    @classmethod
    def about(cls, finding):
        said = dict(zip(("kind", "subject"), finding.key, strict=True))
        return cls(initial=said, auto_id=f"id_like_{finding.kind}_{finding.subject[:12]}_%s")

    @property
    def key(self):
        """What was sent is about."""
        return self.data.get("kind"), self.data.get("subject")


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
