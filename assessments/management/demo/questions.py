"""Questions between the units of the demo county and the office, and what became of them."""

from datetime import timedelta

from assessments.actions import faq, note, question, review
from assessments.models import LedgerEntry, Review

# (indicator, what is asked, the office's answer, and how all units read it; "" where nobody else needs it)
ASKED = [
    (
        "E2",
        "请问学雷锋志愿服务活动，与社区联合开展的是否也算？签到表由社区出具可以吗？",
        "联合开展的可以计入，本单位参加人员要在签到表上单列；签到表由社区出具的，请加盖社区公章。",
        "与社区联合开展的志愿服务活动，是否可以计入？",
    ),
    (
        "A3",
        "季度研判会与党组会合并召开，纪要里只有一段讲创建工作，这样能不能算一次？",
        "可以合并召开，但创建工作应当是单独议题，纪要中写明研究的问题、责任人和完成时限。",
        "研判会与其他会议合并召开，怎样才能算？",
    ),
    ("A3", "我单位分管领导六月调整，前后两份签字的材料都要上传吗？", "上传现任领导签批的即可。", ""),
]
WAITING = ("E2", "线上志愿服务（网络文明引导）能不能作为这项指标的活动？需要提供哪些佐证材料？")
PUT = "签到表与现场照片的人数对不上，请说明实际参加人数；如照片拍摄于活动后段，请注明。"
NOTED = "与该单位去年同期材料对照过，照片不重复；人数问题已在问答中请其说明，收到后再定分。"


class Questions:
    """Tells of them; no chance is needed, so that the year stays as it is told."""

    def __init__(self, story):
        self.story = story
        self.office = story.people["ou"]
        self.days = [story.today - timedelta(days=days) for days in (40, 26, 12, 2)]

    def tell(self):
        """Some were answered, two of them for everybody; one waits for the office, one for the unit."""
        lan = self.story.people["lan"]
        others = [(unit, who) for unit, who in self.story.liaisons if who != lan]
        askers = [*others[:2], (lan.workplace, lan), others[2]]
        for (unit, liaison), day, told in zip(askers, self.days, ASKED, strict=False):
            self.answered(unit, liaison, day, *told)
        code, text = WAITING
        unit, liaison = askers[-1]
        with self.story.at(self.days[-1], 10):
            self.ask(unit, liaison, code, text)
        self.about_a_record()
        self.seen_returns()

    def ask(self, unit, liaison, code, text):
        indicator = self.story.indicators[code]
        return question.ask(text, cycle=self.story.cycle, unit=unit, indicator=indicator, by=liaison)

    def answered(self, unit, liaison, day, code, text, answer, for_all):
        with self.story.at(day, 9):
            asked = self.ask(unit, liaison, code, text)
        with self.story.at(day + timedelta(days=1), 15):
            question.see(asked, by=self.office)
            asked = question.answer(asked, answer, by=self.office)
            if for_all:
                words = {"indicator": asked.indicator, "question": for_all, "answer": answer}
                faq.publish(asked, words, by=self.office)
        if liaison.username != "lan":
            with self.story.at(day + timedelta(days=2), 8, 30):
                question.see(asked, by=liaison)

    def about_a_record(self):
        """The office asks about what waits for it, and notes for colleagues why."""
        entry = LedgerEntry.objects.awaiting_review().filter(cycle=self.story.cycle).first()
        if entry:
            with self.story.at(self.days[-1], 16):
                question.put(PUT, entry=entry, by=self.story.people["rui"])
                note.write(entry, NOTED, by=self.story.people["rui"])

    def seen_returns(self):
        """Most units have opened what came back to them; Lan is only just signing in."""
        lan = self.story.people["lan"]
        returned = Review.objects.filter(verdict=Review.Verdict.RETURNED, entry__status="returned")
        for decided in returned.select_related("entry__submitted_by"):
            if decided.entry.submitted_by != lan:
                with self.story.at(min(decided.at.date() + timedelta(days=1), self.story.today), 9):
                    review.see_return(decided.entry, by=decided.entry.submitted_by)
