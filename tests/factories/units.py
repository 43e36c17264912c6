"""Units and people."""

from datetime import timedelta

from factory import LazyFunction, RelatedFactory, Sequence, SubFactory
from factory.django import DjangoModelFactory

from civportal.lib.clock import now
from units.models import Category, Membership, Role, Session, Unit, User


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


def person_in(role, unit=None, **fields):
    """A person with that one role."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, role=role, unit=unit)
    return user
