"""The office itself: the names and addresses that change and are therefore data."""

from django.core.cache import cache
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CACHE_KEY = "office"
CACHE_SECONDS = 60


class Office(models.Model):
    """The one row that says whose portal this is."""

    county = models.CharField(_("county"), max_length=40, default="某县")
    letters = models.CharField(
        _("letters of receipt numbers"),
        max_length=6,
        default="XX",
        help_text=_("The county's initials, for receipts such as YZ-2026-0412."),
    )
    commission_name = models.CharField(
        _("name of the commission"), max_length=80, default="县精神文明建设委员会"
    )
    office_name = models.CharField(_("name of the office"), max_length=80, default="县文明办")
    honor_verb = models.CharField(
        _("verb of granting"),
        max_length=20,
        default="命名",
        help_text=_("What the county's documents say: 命名, 认定命名 or 表彰."),
    )
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_address = models.CharField(_("address"), max_length=120, blank=True)
    contact_hours = models.CharField(_("office hours"), max_length=80, blank=True)
    registration = models.CharField(
        _("site registration"), max_length=80, blank=True, help_text=_("ICP number, shown in the footer.")
    )

    recusal_years = models.PositiveSmallIntegerField(
        _("years of recusal after leaving a unit"),
        default=3,
        validators=[MaxValueValidator(20)],
        help_text=_("Whoever worked for a unit decides nothing about it for so many years; 0 to 20."),
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("office")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="office_is_one_row")]

    def __str__(self):
        return self.office_name

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)
        cache.delete(CACHE_KEY)

    @classmethod
    def current(cls):
        """The office, from the cache: every page names it and it hardly ever changes."""
        office = cache.get(CACHE_KEY)
        if office is None:
            office = cls.objects.filter(pk=1).first() or cls(pk=1)
            cache.set(CACHE_KEY, office, CACHE_SECONDS)
        return office
