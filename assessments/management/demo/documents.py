"""The documents that the office sends in the demo county's year, and who signs for them."""

from datetime import date, timedelta

from django.core.files.base import ContentFile

from assessments.actions import document as documents
from assessments.models import Duty
from units.models import Unit

from . import papers

OFFICE_LETTERS = "云文明办"
# Days from the end of the story back to the newest document, which many have not signed yet.
NEWEST_DAYS = 1
# (number, title, what it is about, date, to whom)
SENT = [
    (1, "2026年全县精神文明建设工作要点", "请结合实际制定年度规划，二月底前报送。", (1, 20), {"all": True}),
    (2, "关于组织开展春节期间移风易俗宣传的通知", "请在公共场所张贴倡议书。", (1, 29), "town"),
    (5, "关于开展文明窗口评比活动的通知", "请于九月底前报送参评窗口名单。", (8, 10), {"all": True}),
    (7, "关于做好年度测评迎检准备的通知", "请对照标准自查，备齐台账。", (10, 26), {"all": True}),
]
CORRECTED = 2


class Documents:
    """Sends what lies before the end of the story; most units sign in time, some late, a few not at all."""

    def __init__(self, story, year, chance):
        self.story, self.year, self.chance = story, year, chance

    def tell(self):
        story = self.story
        for number, title, text, day, rule in SENT:
            day = date(self.year, *day)
            if day <= story.today:
                document = self.send(number, title, text, day, rule)
                if number == CORRECTED:
                    self.correct(document, day + timedelta(days=4))
        self.send(9, "关于报送志愿服务活动统计表的通知", "请按附表填报。", self.newest, {"all": True})

    def send(self, number, title, text, day, rule):
        by = self.story.people["rui"]
        if rule == "town":
            rule = {"units": list(Unit.objects.filter(category__code="town").values_list("pk", flat=True))}
        with self.story.at(day, 10):
            document = documents.write(
                self.story.cycle, number=f"{OFFICE_LETTERS}〔{self.year}〕{number}号", title=title, text=text,
                issued_on=day, secrecy="internal", sign_within=3, file=self.paper(title), by=by,
            )  # fmt: skip
            document = documents.choose(document, rule, seen=document.version, by=by)
            document = documents.issue(document, seen=document.version, by=by)
        self.signatures(document, day)
        return document

    def paper(self, title):
        content = papers.letter(title, ["一、总体要求", "二、主要任务", "三、时间安排"])
        return ContentFile(content, name=f"{title}.docx")

    def correct(self, document, day):
        """The first edition named a wrong day; whoever signed for it signs again."""
        if day > self.story.today:
            return
        by = self.story.people["rui"]
        with self.story.at(day, 15):
            edition = documents.correct(
                document, title=document.title, text=document.text, issued_on=day, sign_within=3,
                note="报送时间应为二月十五日，原件误写为二月五日。", file=self.paper(document.title), by=by,
            )  # fmt: skip
            edition = documents.issue(edition, seen=edition.version, by=by)
        self.signatures(edition, day)

    def signatures(self, document, day):
        """Each recipient's liaison signs after some days, a few never; nobody knows the future."""
        liaisons = {unit.pk: who for unit, who in self.story.liaisons}
        for receipt in Duty.objects.filter(document=document).select_related("document", "unit"):
            signed = day + timedelta(days=self.chance.choice([0, 0, 1, 1, 1, 2, 2, 3, 6, 400]))
            who = liaisons.get(receipt.unit_id)
            if who and signed <= self.story.today and (who.username != "lan" or day != self.newest):
                with self.story.at(signed, self.chance.randint(10, 17), 30):
                    documents.sign(receipt, by=who)

    @property
    def newest(self):
        """Lan has the newest one before her, unsigned."""
        return self.story.today - timedelta(days=NEWEST_DAYS)
