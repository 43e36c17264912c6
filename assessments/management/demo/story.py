"""A fictional county's year, told through the portal's own actions, each at its moment."""

import itertools
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils.timezone import make_aware

from assessments.actions import cycle as cycles
from assessments.actions import (
    evidence,
    goal,
    honor,
    ledger,
    plan,
    publication,
    reminder,
    review,
    values,
    wall_chart,
    weak_units,
    xray,
)
from assessments.actions import standard as standards
from assessments.models import Award, ChartedUnit, Duty, HonorItem, Indicator, ScoreSheet
from assessments.models import LedgerEntry as Entry
from civportal.lib import clock
from civportal.lib.money import half_up
from units.actions import account_request, intake, outbox, person
from units.actions import unit as units
from units.models import Category, Office, Role, Unit, User

from . import papers
from .calibrating import Calibrating
from .documents import Documents
from .planning import Planning, item_of
from .questions import Questions
from .registry import Registry
from .surveys import Surveys
from .texts import (
    ACCEPT_NOTES,
    BASES,
    CAST_UNITS,
    CHART_ITEMS,
    CHART_REACHED,
    COUNTY_GOALS,
    DEPLOYMENTS,
    FACTS,
    FOLLOWED,
    GOALS,
    KEY_POINTS,
    PLAN_ITEMS,
    RECORDS,
    RETURN_REASONS,
    SHOULD_TAKE_PART,
)

YEAR = 2026
UNIT_LIST = Path(__file__).resolve().parents[2] / "data" / "demo" / "units-云泽县.xlsx"
STAGES = ("planning", "ledger", "review", "published")
# Until when the story is told, and from when on records still wait for the office.
ENDS = {
    "planning": date(YEAR, 3, 5),
    "ledger": date(YEAR, 8, 20),
    "review": date(YEAR, 11, 22),
    "published": date(YEAR, 12, 28),
}
WAITING_DAYS = 9
# So that whoever signs in as Lan finds something to correct and something to finish.
LANS_RETURNED, LANS_DRAFT = "A3", "E2"
THIRD_QUARTER = date(YEAR, 10, 14)
# When the office looked who is weak, and how many of them came onto the wall chart.
CHARTED_ON, CHARTED = date(YEAR, 11, 9), 3
CALIBRATED_ON = date(YEAR, 11, 20)


class Story:
    """Tells the year up to a stage. The same seed tells the same story."""

    def __init__(self, stage, password, seed=2026):
        self.stage = stage
        self.today = ENDS[stage]
        self.password = password
        self.chance = random.Random(seed)  # noqa: S311 – a story, no secret
        self.people = {}
        # Luck of its own, so that the rest of the story stays; and a number for every picture.
        self.own_luck = random.Random(YEAR + 1)  # noqa: S311 – a story, no secret
        self.pictures = itertools.count(1)

    def tell(self):
        """Every chapter that lies before the stage's last day."""
        self.office()
        self.unit_list()
        self.accounts()
        Registry(self, YEAR).tell()
        self.year()
        self.last_years_honors()
        self.plans()
        Planning(self, YEAR).tell()
        # With a chance of their own, so that the rest of the story stays as it is.
        Documents(self, YEAR, random.Random(YEAR)).tell()  # noqa: S311 – a story, no secret
        self.deployments()
        self.never_begun()
        self.successor_asks()
        happenings = self.happenings()
        if self.stage in ("review", "published"):
            self.records(happenings, date(YEAR, 1, 1), THIRD_QUARTER)
            self.office_values(date(YEAR, 10, 12), share=0.8)
            self.interim_ranking()
            self.records(happenings, THIRD_QUARTER, self.today)
            self.office_values(
                min(self.today, date(YEAR, 12, 12)), share=1 if self.stage == "published" else 0.9
            )
            self.bring_forward()
            Calibrating(self, min(self.today, CALIBRATED_ON)).tell()
        elif self.stage == "ledger":
            self.records(happenings, date(YEAR, 1, 1), self.today)
        Surveys(self, YEAR).tell()
        if self.stage in ("review", "published"):
            Questions(self).tell()
        if self.stage == "published":
            self.results()
        self.reminders()

    def at(self, day, hour=9, minute=0):
        return clock.at(make_aware(datetime.combine(day, time(hour, minute))))

    def office(self):
        """The names of the office and its people."""
        Office(
            county="云泽县", letters="YZ",
            commission_name="云泽县精神文明建设委员会", office_name="云泽县文明办",
            contact_phone="0999-8800 1200", contact_email="wmb@yunze.example",
            contact_address="云泽县市民中心3号楼412室", contact_hours="工作日 8:30—12:00、14:30—17:30",
        ).save()  # fmt: skip
        with self.at(date(YEAR, 1, 5)):
            self.join("an", "安宁", Role.ADMINISTRATOR)
            self.join("ou", "欧阳明", Role.DIRECTOR)
            self.join("rui", "芮安", Role.CASE_OFFICER)
            self.join("shen", "沈言", Role.AUDITOR)
            self.join("lin", "林川", Role.COUNTY_LEADER)
            self.join("xun", "荀行", Role.INSPECTOR)

    def join(self, username, name, role, units=()):
        """An account issued by the office whose owner has set the password."""
        by = self.people.get("an") or User.objects.system()
        slip = person.issue_account(username=username, name=name, role=role, units=units, by=by)
        person.set_password(slip.person, self.password, by=slip.person)
        self.people[username] = slip.person

    def unit_list(self):
        """The county's own list, as the office keeps it."""
        with self.at(date(YEAR, 1, 6)):
            batch = intake.preview(UNIT_LIST.read_bytes(), UNIT_LIST.name, by=self.people["an"])
            intake.apply(batch, by=self.people["an"])

    def accounts(self):
        """Three liaisons one can sign in as, and an account for every other unit."""
        with self.at(date(YEAR, 1, 8)):
            for username, (name, part) in CAST_UNITS.items():
                units = Unit.objects.participating().filter(name__contains=part)[:1]
                self.join(username, name, Role.LIAISON, units)
            school = self.people["lan"].workplace
            self.join("qiao", "乔岳", Role.UNIT_LEADER, [school])
            self.join("dai", "戴辰", Role.DEPUTY, [school])
            self.join("guan", "关宁", Role.SUPERVISOR, [school.supervisor])
            person.issue_accounts(by=self.people["an"])
            # They have all chosen a password of their own; hashing a hundred would take a minute.
            User.objects.waiting().update(must_set_password=False, one_time_until=None)
        liaisons = User.objects.filter(memberships__role=Role.LIAISON).prefetch_related("memberships__unit")
        self.liaisons = [(who.workplace, who) for who in liaisons.order_by("memberships__unit__sort_order")]

    def year(self):
        """The director prepares and opens the year."""
        ou = self.people["ou"]
        with self.at(date(YEAR, 1, 9)):
            standard = standards.load(standards.default_source(), year=YEAR, by=ou)
            self.cycle = cycles.prepare(YEAR, standard=standard, by=ou)
        with self.at(date(YEAR, 1, 10)):
            goal.put(self.cycle, [(None, text) for text in COUNTY_GOALS], by=ou)
        self.county_goals = list(self.cycle.goals.all())
        with self.at(date(YEAR, 1, 12)):
            self.cycle = cycles.open(self.cycle, by=ou)
        self.indicators = {it.code: it for it in self.cycle.standard.indicators.items()}

    def last_years_honors(self):
        """What the county granted for the year before, so that the roll is not empty."""
        with self.at(date(YEAR, 1, 15)):
            for level, name, share in [
                ("county", "文明单位", 0.3),
                ("county", "文明村", 0.3),
                ("city", "文明单位", 0.12),
            ]:
                item = HonorItem.objects.get(level=level, name=name)
                units = [unit for unit in honor.candidates(item) if self.chance.random() < share]
                number = "云文明委〔2026〕1号" if level == "county" else "市文明委〔2026〕4号"
                honor.grant(item, units, year=YEAR - 1, document_number=number,
                            granted_on=date(YEAR, 1, 14), by=self.people["ou"])  # fmt: skip

    def successor_asks(self):
        """Somebody new in a unit asks for an account; the office has not decided yet."""
        with self.at(self.today, 8, 40):
            unit = Unit.objects.participating().get(name__contains="图书馆")
            account_request.ask(
                name="程远", phone="139 0000 0012", unit_name=unit.name, unit=unit, role=Role.LIAISON,
                reason="原联络员调离，由本人接任。",
            )  # fmt: skip

    # plans

    def plans(self):
        """Most units hand their plan in, some late, some not at all; most plans are accepted."""
        for unit, liaison in self.liaisons:
            fate = 0.5 if liaison.username in CAST_UNITS else self.chance.random()
            if fate < 0.1:
                continue
            day = date(YEAR, 2, 3) + timedelta(days=self.chance.randint(0, 29 if fate < 0.9 else 50))
            if day <= self.today:
                self.plan(unit, liaison, day, fate)

    def plan(self, unit, liaison, day, fate):
        items = [
            item_of(YEAR, line, self.county_goals)
            for line in self.chance.sample(PLAN_ITEMS, self.chance.randint(3, 5))
        ]
        with self.at(day, self.chance.randint(8, 17)):
            record = plan.begin(self.cycle, unit, by=liaison)
            goals = self.chance.choice(GOALS)
            points = self.rules(record, liaison) if liaison.username in CAST_UNITS else {}
            said = {"goals": goals, "items": items, "key_points": points}
            record = plan.edit(record, seen=record.version, **said, by=liaison)
            record = plan.submit(record, by=liaison)
        answered = day + timedelta(days=2)
        if fate > 0.93 or answered > self.today:
            return
        with self.at(answered, 15):
            if fate < 0.16:
                plan.send_back(record, note="目标太笼统，请写明全年要做成的具体事项。", by=self.people["rui"])
            else:
                plan.accept(record, by=self.people["rui"])

    def rules(self, record, liaison):
        """The creation rules as a file of the plan; its number, and what they come to."""
        content = papers.letter("创建工作细则", ["一、总体要求", "二、阶段安排", "三、责任分工"])
        file = evidence.add(record, ContentFile(content, name="创建工作细则.docx"), by=liaison)
        return {file.pk: KEY_POINTS}

    # what the calendar asks for besides, and who does not come

    def deployments(self):
        """Most units deploy the year's work in March and record it from their duty; some late, some never."""
        luck = random.Random(YEAR)  # noqa: S311 – a luck of its own, so that the rest of the story stays
        writers = {unit.pk: who for unit, who in self.liaisons}
        owed = Duty.objects.filter(cycle=self.cycle, kind=Duty.Kind.DEPLOYMENT).select_related("unit")
        for duty in owed.order_by("unit__sort_order", "pk"):
            fate, liaison = luck.random(), writers[duty.unit_id]
            day = date(YEAR, 3, 2) + timedelta(days=luck.randint(0, 25 if fate < 0.9 else 50))
            # In March Lan still has to do it, so that whoever signs in as her finds it open.
            is_hers = liaison.username == "lan" and self.stage == "planning"
            if fate > 0.1 and day <= self.today and not is_hers:
                self.deployment(duty, liaison, day, luck)

    def deployment(self, duty, liaison, day, luck):
        title, text, place = luck.choice(DEPLOYMENTS)
        with self.at(day, luck.randint(8, 17)):
            entry = ledger.write(cycle=self.cycle, unit=duty.unit, title=title, answers=duty, by=liaison)
            entry = self.write(entry, day, place, text, by=liaison)
            entry = ledger.submit(entry, by=liaison)
        if day < self.today - timedelta(days=WAITING_DAYS):
            with self.at(day + timedelta(days=2), 10):
                review.open_entry(entry)
                review.accept(entry, {}, by=self.people["rui"])

    def never_begun(self):
        """Two bodies that should take part, with the reason that the office gave for it."""
        with self.at(min(self.today, date(YEAR, 3, 4)), 11):
            for name, why in SHOULD_TAKE_PART:
                values = {
                    "name": name, "category": Category.objects.get(code="organ"),
                    "participation": Unit.Participation.REQUIRED, "participation_note": why,
                }  # fmt: skip
                units.create(values, by=self.people["rui"])

    # records

    def happenings(self):
        """Who will do what on which day of the year, in order."""
        happenings = []
        for unit, liaison in self.liaisons:
            zeal = 8 if liaison.username in CAST_UNITS else self.chance.choice([1, 2, 2, 3, 3])
            codes = self.chance.sample(list(RECORDS), min(zeal, len(RECORDS)))
            if liaison.username == "lan":
                codes = list(dict.fromkeys([LANS_RETURNED, LANS_DRAFT, *codes]))
            happenings += [(self.day_of(code), unit, liaison, code) for code in codes]
        return sorted(happenings, key=lambda it: (it[0], it[1].pk, it[3]))

    def records(self, happenings, first, last):
        """What happened after the first day and could be written down by the last one."""
        for day, unit, liaison, code in happenings:
            if first < day + timedelta(days=2) <= last:
                self.record(day, unit, liaison, code)

    def day_of(self, code):
        """Organisation comes in spring, everything else all year with a crowd in autumn."""
        months = [2, 3, 4] if code.startswith("A") else [3, 4, 5, 6, 7, 8, 9, 9, 10, 10, 11, 11]
        return date(YEAR, self.chance.choice(months), self.chance.randint(2, 18))

    def record(self, day, unit, liaison, code):
        title, text, place = self.chance.choice(RECORDS[code])
        written = day + timedelta(days=self.chance.randint(0, 2))
        with self.at(written, self.chance.randint(9, 17), self.chance.randint(0, 59)):
            entry = ledger.write(cycle=self.cycle, unit=unit, title=title, by=liaison)
            entry = self.write(entry, day, place, text, proves=self.proved(code), by=liaison)
            for name, content in self.papers(code, title, liaison):
                evidence.add(entry, ContentFile(content, name=name), by=liaison)
            if self.fate(liaison, code, LANS_DRAFT) < 0.06:
                return
            entry = ledger.submit(Entry.objects.get(pk=entry.pk), by=liaison)
        self.decide(entry, written + timedelta(days=self.chance.randint(1, 3)), liaison, code)

    def write(self, entry, day, place, text, *, proves=(), by):
        """Write a record's facts: when, where, what happened, what it proves."""
        values = {
            "held_on": day, "place": place, "text": self.worded(text.format(unit=entry.unit)),
            "indicators": {indicator.pk for indicator in proves},
        }  # fmt: skip
        return ledger.edit(entry, values, by=by).entry

    def worded(self, text):
        """The beginning of what many tell, then what only this record does: nobody copies here."""
        begun = "，".join(text.rstrip("。").split("，")[:2])
        luck = self.own_luck
        pairs = zip(luck.sample(FACTS, 5), luck.sample(FOLLOWED, 5), strict=True)
        told = [
            f"{fact}，{after}。".format(n=luck.randint(12, 96), m=luck.randint(2, 9)) for fact, after in pairs
        ]
        return f"{begun}。{''.join(told)}"

    def proved(self, code):
        """One record often proves two or three indicators."""
        others = self.chance.sample([other for other in RECORDS if other != code], self.chance.randint(1, 3))
        return [self.indicators[other] for other in (code, *others)]

    def papers(self, code, title, liaison):
        """Now and then photos, nobody's twice; now and then a document."""
        count = self.chance.choice([1, 1, 2, 3] if liaison.username in CAST_UNITS else [0, 0, 0, 1])
        chosen = [(f"现场照片{n}.jpg", papers.photo(next(self.pictures))) for n in range(1, count + 1)]
        kind = self.chance.random()
        if kind < 0.12:
            chosen.append(
                (f"{title}.docx", papers.letter(title, ["一、总体要求", "二、主要任务", "三、时间安排"]))
            )
        elif kind < 0.2:
            chosen.append(
                ("签到表.xlsx", papers.register(["序号", "姓名", "科室"], [[1, "参加人员甲", "办公室"]]))
            )
        elif kind < 0.28 or code.startswith("A"):
            chosen.append(("文件扫描件.pdf", self.scan(self.chance.randint(1, 6))))
        return chosen

    def scan(self, seed):
        return self.kept(papers.scan, seed)

    def kept(self, draw, seed):
        """Drawn once per story."""
        store = self.__dict__.setdefault("drawn", {})
        key = (draw.__name__, seed)
        if key not in store:
            store[key] = draw(seed)
        return store[key]

    def fate(self, liaison, code, certain):
        """A number that decides; with Lan it is settled, and happens to the record of one code."""
        number = self.chance.random()
        return number if liaison.username != "lan" else int(code != certain)

    def decide(self, entry, day, liaison, code):
        """The office answers within days; the newest ones still wait, unless the year is done."""
        waits = self.stage != "published" and day > self.today - timedelta(days=WAITING_DAYS)
        if waits or day > self.today:
            return
        reviewer = self.people[self.chance.choice(["rui", "rui", "ou"])]
        with self.at(day, self.chance.randint(9, 17)):
            review.open_entry(entry)
            if self.fate(liaison, code, LANS_RETURNED) < 0.12:
                entry = review.send_back(entry, by=reviewer, note=self.chance.choice(RETURN_REASONS))
                return
            points = {
                claim.pk: self.points(claim.indicator) for claim in entry.claims.select_related("indicator")
            }
            review.accept(entry, points, by=reviewer, note=self.chance.choice(ACCEPT_NOTES))

    def points(self, indicator):
        share = Decimal(self.chance.choice(["0.5", "0.75", "1", "1", "1"]))
        return half_up(indicator.maximum * share)

    # reminders

    def reminders(self):
        """The last morning's run: who owes is reminded, and who wants letters gets one, not yet sent."""
        with self.at(self.today, 8, 30):
            for name, cadence in (("lan", "daily"), ("qiao", "weekly"), ("rui", "at_once")):
                who = self.people[name]
                person.choose_letters(who, email=f"{name}@yunze.example", cadence=cadence, by=who)
            reminder.remind()
            outbox.gather()

    # scores and results

    def office_values(self, day, share):
        """That share of what the office enters by workbook; what was entered before is entered anew."""
        with self.at(day, 10):
            cells = [cell for sheet in self.sheets() for cell in self.values_of(sheet, share)]
            seen = values.judge(self.cycle, cells, by=self.people["rui"])
            values.apply(
                self.cycle, cells, digest=seen.digest, source="实地与部门评分汇总.xlsx", by=self.people["rui"]
            )

    def sheets(self):
        sheets = ScoreSheet.objects.filter(unit_year__cycle=self.cycle)
        return sheets.select_related("unit_year__unit__supervisor")

    def values_of(self, sheet, share):
        """One cell for every indicator that applies to the unit and was assessed by then."""
        unit = sheet.unit_year.unit
        strength = self.chance.uniform(0.72, 1)
        indicators = Indicator.objects.filter(standard=self.cycle.standard, code__in=BASES)
        if not hasattr(self, "by_traits"):
            self.by_traits = {}
        traits = (sheet.unit_year.has_window, sheet.unit_year.is_paired)
        if traits not in self.by_traits:
            self.by_traits[traits] = list(indicators.for_unit_year(sheet.unit_year))
        for number, indicator in enumerate(self.by_traits[traits], 2):
            if self.chance.random() < share:
                value = half_up(
                    indicator.maximum * Decimal(min(1, self.chance.uniform(strength - 0.1, strength + 0.1)))
                )
                yield values.Cell(
                    place=values.Place("评分", number, indicator.code), unit=unit.name,
                    supervisor=str(unit.supervisor or ""), uscc=unit.uscc or "", code=indicator.code,
                    value=str(value), basis=BASES[indicator.code],
                )  # fmt: skip

    def interim_ranking(self):
        """After the third quarter the director shows where everybody stands."""
        with self.at(date(YEAR, 10, 15), 16):
            title = f"{YEAR}年第三季度测评名次（阶段）"
            publication.release(
                self.cycle,
                title=title,
                confirm_unset=True,
                exceptions=self.stands("阶段名次，供各单位对照；年终前办结。"),
                by=self.people["ou"],
            )

    def stands(self, reason):
        """Why what the x-ray shows may stand, for every kind of it."""
        return {check.code: reason for check in xray.grave(self.cycle)}

    # weak units

    def bring_forward(self):
        """In November the three worst come onto the wall chart; by the year's end they are off it."""
        rui = self.people["rui"]
        with self.at(CHARTED_ON, 9):
            cast = [self.people[username].workplace.pk for username in CAST_UNITS]
            units = weak_units.takers(self.cycle).exclude(pk__in=cast)
            worst = [one.unit for one in wall_chart.weak(self.cycle, units)[:CHARTED]]
            charted = wall_chart.list_units(self.cycle, worst, by=rui)
            items = [self.chart_item(one, *said) for one in charted for said in CHART_ITEMS]
        with self.at(CHARTED_ON + timedelta(days=9), 15):
            wall_chart.close(items[1], note=CHART_REACHED, by=rui)
        if self.stage == "published":
            with self.at(date(YEAR, 12, 14), 10):
                for item in [items[0], *items[2:]]:
                    wall_chart.close(item, note="经核实已办成。", by=rui)
                for one in charted:
                    wall_chart.remove(one, by=rui)

    def chart_item(self, charted, what, owner, overseer, days):
        """One thing to put right, due so many days after the listing."""
        said = {
            "what": what,
            "owner": owner,
            "overseer": overseer,
            "due_on": CHARTED_ON + timedelta(days=days),
        }
        return wall_chart.add_item(charted, **said, by=self.people["rui"])

    def results(self):
        """The director releases the ranking and grants the year's honors."""
        ou = self.people["ou"]
        with self.at(date(YEAR, 12, 20), 16):
            publication.release(
                self.cycle,
                title=f"{YEAR}年度文明创建测评名次",
                confirm_unset=True,
                exceptions=self.stands("已逐件核对纸质档案，不影响得分。"),
                by=ou,
            )
        totals = self.totals()
        with self.at(date(YEAR, 12, 25), 10):
            for name in ["文明单位", "文明村", "文明乡镇", "文明校园"]:
                item = HonorItem.objects.get(level="county", name=name)
                best = sorted(honor.candidates(item), key=lambda unit: -totals.get(unit.pk, 0))
                honor.grant(
                    item, best[: max(2, len(best) // 4)], year=YEAR,
                    document_number="云文明委〔2026〕9号", granted_on=date(YEAR, 12, 24), by=ou,
                )  # fmt: skip

    def totals(self):
        """Unit → total."""
        return dict(
            ScoreSheet.objects.filter(unit_year__cycle=self.cycle).values_list("unit_year__unit", "total")
        )

    @property
    def summary(self):
        """What there is now, in numbers."""
        return {
            "units": Unit.objects.participating().count(),
            "entries": Entry.objects.count(),
            "waiting": Entry.objects.awaiting_review().count(),
            "awards": Award.objects.count(),
            "charted": ChartedUnit.objects.listed().count(),
        }
