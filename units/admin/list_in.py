"""Lists that come in through the administration, by the same pipeline as on the portal's own page."""

from django import forms
from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin

from civportal.lib.tables import TableRefused
from civportal.lib.web import allow
from units.actions import intake
from units.models import ImportBatch
from units.models.intake_kinds import kind_of
from units.resources import ListResource
from units.views.slip import show_slips


class ListImportForm(forms.Form):
    """The file, whatever kind of file it is: the content decides, not the choice of a format."""

    import_file = forms.FileField(label=gettext_lazy("The list"), allow_empty_file=True)

    def __init__(self, formats, resources, **kwargs):
        super().__init__(**kwargs)


class ConfirmForm(forms.Form):
    """The list that was looked at, to be applied."""

    batch = forms.ModelChoiceField(
        ImportBatch.objects.filter(status=ImportBatch.Status.PREVIEWED), widget=forms.HiddenInput
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ListInMixin(ImportExportMixin):
    """Lists of one kind come in as on the portal's own page: looked at first, then applied as a whole."""

    list_kind = ""
    import_template_name = "admin/import_list.html"
    import_form_class = ListImportForm
    confirm_form_class = ConfirmForm

    @property
    def kind(self):
        return kind_of(self.list_kind)

    def has_import_permission(self, request):
        return self.may(request) and request.user.has_perm(self.kind.permission)

    def allow_import(self, request):
        allow(request.user, self.permission)
        allow(request.user, self.kind.permission)

    def import_action(self, request, **kwargs):
        """Look at the list: every row's verdict, and nothing written yet; a long one is read on its page."""
        self.allow_import(request)
        form = self.create_import_form(request)
        context = {"form": form, "kind": self.kind}
        if request.method == "POST" and form.is_valid():
            context |= self.looked_at(request, form)
        if "batch" in context and context["batch"].is_reading:
            return redirect(context["batch"])
        context |= self.admin_site.each_context(request)
        context |= {"title": _("Import"), "opts": self.opts, "media": self.media + form.media}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, [self.import_template_name], context)

    def looked_at(self, request, form):
        """The result of the look and the form that applies it; nothing when the file is refused."""
        file = form.cleaned_data["import_file"]
        try:
            intake.check_upload(file.size)
            result = ListResource(intake, self.list_kind).import_data(
                file.read(), dry_run=True, user=request.user, file_name=file.name
            )
        except TableRefused as refusal:
            form.add_error("import_file", refusal.message)
            return {}
        batch = result.batch
        return {
            "result": result,
            "batch": batch,
            "confirm_form": ConfirmForm(initial={"batch": batch, "seen": batch.version}),
            "write_label": self.kind.write % {"n": batch.writable_count},
        }

    def process_import(self, request, **kwargs):
        """Apply the list that was looked at; one-time passwords are in the answer and nowhere else."""
        self.allow_import(request)
        form = ConfirmForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            messages.error(request, _("This list is applied or put aside already."))
            return redirect(admin_urlname(self.opts, "import"))
        batch = form.cleaned_data["batch"]
        allow(request.user, "units.apply_import", batch)
        try:
            result = ListResource(intake, self.list_kind).import_data(
                b"", user=request.user, **form.cleaned_data
            )
        except intake.ImportRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(batch)
        slips = result.batch.slips
        return show_slips(request, slips) if slips else redirect(result.batch)
