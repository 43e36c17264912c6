"""Form of the office's own names and addresses."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from units.models import Office


class OfficeForm(forms.ModelForm):
    letters = forms.CharField(
        label=Office._meta.get_field("letters").verbose_name,
        help_text=Office._meta.get_field("letters").help_text,
        min_length=2,
        max_length=6,
        validators=[RegexValidator(r"^[A-Z]+$", _("Capital letters A to Z only."))],
    )

    class Meta:
        model = Office
        fields = (
            "county",
            "letters",
            "commission_name",
            "office_name",
            "honor_verb",
            "contact_phone",
            "contact_email",
            "contact_address",
            "contact_hours",
            "registration",
            "recusal_years",
        )
