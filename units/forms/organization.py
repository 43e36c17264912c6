"""Form of how a unit organizes its creation work."""

from django.utils.translation import gettext_lazy as _

from civportal.lib import personal
from units.actions import organization as organizations
from units.actions import paper as papers
from units.models import Organization

from .editing import EditForm, TidyForm
from .paper import BroughtPaperForm, papers_of
from .window import NO_ID_NUMBER

# Field → how a document that is brought for it is usually called.
PAPERS = {
    "group_paper": "关于成立创建工作领导小组的通知",
    "first_person_paper": "一把手负责制文件",
    "together_paper": "创建工作与业务工作同部署文件",
    "goals_paper": "年度工作目标文件",
}


class OrganizationForm(TidyForm, EditForm):
    """The arrangements as the unit writes them down; documents are chosen, or brought with the form."""

    class Meta:
        model = Organization
        fields = [
            "group_head",
            "group_deputies",
            "group_members",
            "group_paper",
            "office_name",
            "office_contact",
            "office_tel",
            "other_leaders",
            "first_person_responsibility",
            "first_person_paper",
            *Organization.JOINT,
            *Organization.TOGETHER,
            "together_paper",
            "in_party_goals",
            "goals_paper",
        ]
        help_texts = {
            "group_head": _("Usually the top leader; in a private firm perhaps the chairman."),
            "group_deputies": _("One person on each line."),
            "group_members": _("One person on each line."),
            "office_name": _("Where the daily work is done, if there is such an office."),
            "other_leaders": _("One leader on each line: who, and what he or she sees to."),
        }

    def __init__(self, *args, files=None, too_big=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("group_deputies", "group_members", "other_leaders"):
            self.fields[name].widget.attrs["rows"] = 3
        for name in Organization.PAPERS:
            self.fields[name].queryset = papers_of(self.instance.unit)
            self.fields[name].empty_label = _("no document yet")
        self.brought = {
            name: BroughtPaperForm(self.data if self.is_bound else None, files, prefix=name, title=title)
            for name, title in PAPERS.items()
        }
        self.too_big = too_big

    def clean(self):
        values = super().clean()
        for name, value in list(values.items()):
            if isinstance(value, str) and personal.holds_id_number(value):
                self.add_error(name, NO_ID_NUMBER)
        if self.too_big:
            self.add_error(None, papers.too_large())
        return values

    def is_valid(self):
        """The form, and every document that comes with it."""
        brought = [form.is_valid() for form in self.brought.values()]
        return super().is_valid() and all(brought)

    def save_values(self, values, *, by, seen):
        brought = {name: form.brought for name, form in self.brought.items() if form.brought}
        return organizations.edit(self.instance.unit, values, by=by, seen=seen, new_papers=brought)

    @property
    def parts(self):
        """The form as it is read: heading, fields, and a document with the form that brings a new one."""
        group = ("group_head", "group_deputies", "group_members")
        office = ("office_name", "office_contact", "office_tel")
        leaders = ("first_person_responsibility", "other_leaders")
        return [
            (_("Leading group"), self.some(*group), *self.proof("group_paper")),
            (_("Creation office"), self.some(*office), None, None),
            (_("Leaders"), self.some(*leaders), *self.proof("first_person_paper")),
            (_("Joint work"), self.some(*Organization.JOINT), None, None),
            (_("Four togethers"), self.some(*Organization.TOGETHER), *self.proof("together_paper")),
            (_("Party committee's goals"), self.some("in_party_goals"), *self.proof("goals_paper")),
        ]

    def some(self, *names):
        return [self[name] for name in names]

    def proof(self, name):
        return self[name], self.brought[name]
