"""Fill an empty portal with a fictional county at a chosen stage of its year."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from assessments.management.demo.story import STAGES, Story
from units.actions.person import one_time_password
from units.models import Unit, User
from units.models.finding import renewed_once

# The people of the story whom a visitor may want to be.
CAST = ["an", "ou", "rui", "lan", "mei", "qiao", "dai", "guan", "shen", "lin", "xun"]


class Command(BaseCommand):
    help = "Load the demo county through the real actions; refused when the portal holds units or people."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=STAGES, default="review")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the portal is in use")

    def handle(self, *, stage, if_empty, **options):
        if Unit.objects.exists() or User.objects.people().exists():
            if if_empty:
                return self.say_accounts()
            raise CommandError(
                "The portal already holds units or people; the demo county needs an empty one."
            )
        password = settings.DEMO_PASSWORD or one_time_password()
        story = Story(stage, password)
        with transaction.atomic(), renewed_once():
            story.tell()
        self.stdout.write(f"Demo county at stage {stage}: {story.summary}")
        if not settings.DEMO_PASSWORD:
            self.stdout.write(f"Password of the demo accounts: {password}")
        self.say_accounts()

    def say_accounts(self):
        """As whom one can sign in; nothing in a portal that holds no demo county."""
        cast = User.objects.filter(username__in=CAST).prefetch_related("memberships__unit")
        for person in cast if settings.DEMO_PASSWORD else ():
            roles = "、".join(str(held) for held in person.memberships.all())
            self.stdout.write(f"  {person.username:<4} {settings.DEMO_PASSWORD}  {roles}")
