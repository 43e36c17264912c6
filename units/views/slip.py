"""The invitation sheets: account and one-time password on paper, with a code to be scanned."""

from base64 import b64encode
from dataclasses import dataclass

import segno
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.tables import write_xlsx
from units.actions import person as people
from units.actions.person import Slip


@dataclass(frozen=True)
class Sheet:
    """A slip as it is printed: with the address that opens it and the picture of that address."""

    slip: Slip
    link: str

    @property
    def picture(self):
        """The QR code as an address of its own, drawn sharp at any size."""
        return segno.make_qr(self.link, error="m").svg_data_uri(
            border=0, encode_minimal=True, omitsize=True, nl=False
        )


@sensitive_variables("slips", "sheets", "rows")
def show_slips(request, slips, **context):
    """The sheets to print or download, in the answer itself: what is not stored cannot leak later."""
    address = request.build_absolute_uri(reverse("units:login"))
    sheets = [Sheet(slip, link_of(request, slip)) for slip in slips]
    heading = [_("Unit"), _("Name"), _("Account"), _("One-time password"), _("Valid until"), _("Address")]
    rows = [
        ["、".join(map(str, slip.units)), slip.person.name, slip.person.username, slip.password,
         date_format(localtime(slip.until), "SHORT_DATETIME_FORMAT"), address]
        for slip in slips
    ]  # fmt: skip
    workbook = b64encode(write_xlsx(_("Accounts"), heading, rows, widths=(32, 14, 14, 20, 18, 36))).decode()
    # The workbook is part of the page: there is no address under which it could be asked for again.
    context |= {
        "slips": slips,
        "sheets": sheets,
        "address": address,
        "days": people.ONE_TIME_DAYS,
        "download": f"data:{CONTENT_TYPES['xlsx']};base64,{workbook}",
    }
    return render(request, "units/person/slips.html", context)


def link_of(request, slip):
    """Where the picture on the sheet leads: the account and its password are in it."""
    return request.build_absolute_uri(reverse("units:join", args=[slip.person.username, slip.password]))
