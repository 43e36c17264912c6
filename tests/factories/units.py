"""Units and people."""

from factory import LazyFunction, RelatedFactory, Sequence, SubFactory
from factory.django import DjangoModelFactory

from units.models import AccountRequest, Category, Membership, Role, Unit, User


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


class AccountRequestFactory(DjangoModelFactory):
    class Meta:
        model = AccountRequest

    unit_name = "云泽县第一小学"
    name = Sequence("申请人{}".format)
    phone = Sequence("1380000{:04d}".format)
    role = Role.LIAISON
