"""Questions as a page shows them: each with its messages, and what this person may say next."""

from dataclasses import dataclass

from assessments.forms.question import SayForm
from assessments.models import Question

# How each further message is called on its button is the template's; here is who may send it.
ACTS = {
    "answer": "assessments.answer_question",
    "ask_back": "assessments.ask_back_question",
    "follow_up": "assessments.follow_up_question",
}


@dataclass
class Thread:
    """One question for one reader."""

    question: Question
    is_units: bool
    acts: list
    form: SayForm

    @property
    def lines(self):
        return self.question.messages.all()

    @property
    def record(self):
        """The record it is about, where this reader may open it.

        Not one that was taken back; and what a unit before it earned, a successor does not read.
        """
        entry = self.question.entry
        if entry is None or not entry.is_told:
            return None
        return None if self.is_units and entry.unit_id != self.question.unit_id else entry

    @property
    def has_unseen(self):
        """Whether the other side wrote something that nobody on the reader's side has seen."""
        return any(line.seen_at is None and line.is_units is not self.is_units for line in self.lines)


def thread(question, user, form=None):
    """The question as this person sees it; whoever belongs to the unit reads and speaks for it."""
    acts = [verb for verb, permission in ACTS.items() if user.has_perm(permission, question)]
    is_units = user.works_for(question.unit)
    acts = [verb for verb in acts if question.can(verb) and (verb == "follow_up") is is_units]
    form = form or SayForm(record=question, auto_id=f"q{question.pk}_%s")
    return Thread(question, is_units, acts, form)


def threads(entry, user):
    """The questions about one record that this person may read."""
    found = Question.objects.visible_to(user).of(entry).with_messages()
    return [thread(question, user) for question in found]


def asking(entry):
    """A question about the record that nobody has asked yet, for the policies."""
    return Question(cycle=entry.cycle, unit=entry.unit, entry=entry)
