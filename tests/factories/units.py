"""Units and people."""

from datetime import date, timedelta

from factory import LazyAttribute, LazyFunction, RelatedFactory, Sequence, SubFactory
from factory.django import DjangoModelFactory

from civportal.lib import files as store
from civportal.lib.clock import now
from units.models import (
    AccountRequest,
    Category,
    Membership,
    OutgoingLetter,
    Paper,
    ResponsibilityLetter,
    Role,
    Session,
    Unit,
    User,
    Window,
)

from . import files


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = Sequence("云泽县第{}单位".format)
    category = LazyFunction(lambda: Category.objects.get(code="organ"))
    sort_order = Sequence(lambda number: number)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence("person{}".format)
    name = Sequence("人员{}".format)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    role = Role.CASE_OFFICER


class LiaisonFactory(UserFactory):
    memberships = RelatedFactory(MembershipFactory, "user", role=Role.LIAISON, unit=SubFactory(UnitFactory))


class CaseOfficerFactory(UserFactory):
    memberships = RelatedFactory(MembershipFactory, "user", role=Role.CASE_OFFICER)


class DirectorFactory(UserFactory):
    memberships = RelatedFactory(MembershipFactory, "user", role=Role.DIRECTOR)


class SessionFactory(DjangoModelFactory):
    """A browser somewhere in which the person is signed in."""

    class Meta:
        model = Session

    user = SubFactory(UserFactory)
    session_key = Sequence("session{}".format)
    expire_date = LazyFunction(lambda: now() + timedelta(hours=12))
    device = "Chrome · Windows"
    address = "10.0.0.8"


class WindowFactory(DjangoModelFactory):
    """An open window without staff."""

    class Meta:
        model = Window

    unit = SubFactory(UnitFactory)
    name = Sequence("第{}窗口".format)
    place = "一楼大厅"
    hours = "工作日 8:30—17:30"
    services = "社会保险"


class OutgoingLetterFactory(DjangoModelFactory):
    """A letter that waits to be looked at."""

    class Meta:
        model = OutgoingLetter

    to = SubFactory(UserFactory)
    address = LazyAttribute(lambda letter: f"{letter.to.username}@county.example")
    subject = "一条消息待阅"
    body = "请登录平台查看。"
    key = Sequence("2026-11-25/{}".format)


class PaperFactory(DjangoModelFactory):
    """A document with its number and a small scan."""

    class Meta:
        model = Paper

    class Params:
        content = LazyFunction(files.pdf)

    unit = SubFactory(UnitFactory)
    title = "关于成立创建工作领导小组的通知"
    number = Sequence("云教发〔2026〕{}号".format)
    file_name = "通知.pdf"
    kind = "pdf"
    sha256 = LazyAttribute(lambda it: store.save(it.content, Paper.FOLDER))
    size = LazyAttribute(lambda it: len(it.content))
    added_by = SubFactory(CaseOfficerFactory)


class LetterFactory(DjangoModelFactory):
    """Signed with the county, without a scan."""

    class Meta:
        model = ResponsibilityLetter

    unit = SubFactory(UnitFactory)
    year = 2026
    signed_on = date(2026, 2, 3)
    lower_signatory = "林知远"
    recorded_by = SubFactory(CaseOfficerFactory)


class AccountRequestFactory(DjangoModelFactory):
    class Meta:
        model = AccountRequest

    unit_name = "云泽县第一小学"
    name = Sequence("申请人{}".format)
    phone = Sequence("1380000{:04d}".format)
    role = Role.LIAISON


def person_in(role, unit=None, **fields):
    """A person with that one role."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, role=role, unit=unit)
    return user
