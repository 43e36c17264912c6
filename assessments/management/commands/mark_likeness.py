"""Marks for the photos and texts that have none: after an update, or for what was there before."""

from django.core.management.base import BaseCommand

from assessments.actions import likeness


class Command(BaseCommand):
    help = "Make the marks by which photos and texts are known again, for all that have none."

    def handle(self, **options):
        total = 0
        while made := likeness.fill(most=500):
            total += made
            self.stdout.write(f"{total} …")
        self.stdout.write(f"{total} marks made.")
