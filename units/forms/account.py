"""Forms of one's own account."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civportal.lib.names import half_width
from units.models import User
from units.throttle import proves


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "Account or password is not right. After a new account, use the one-time password."
        ),
        "inactive": _("This account is blocked. Ask the office."),
        "expired": _("The one-time password has expired. Ask the office for a new one."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Account")
        self.fields["password"].label = _("Password")

    def confirm_login_allowed(self, user):
        """Asked only after the right password, so that this sentence tells a stranger nothing."""
        super().confirm_login_allowed(user)
        if user.code_has_expired:
            raise ValidationError(self.error_messages["expired"], code="expired")


class ChoosePasswordForm(SetPasswordForm):
    """The first own password: whoever is here has just proved the one-time one by signing in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _(
            "At least 10 characters and not digits alone; not your name or account, nothing everybody uses."
        )
        self.fields["new_password2"].label = _("New password, once more")
        self.fields["new_password2"].help_text = ""


class ChangePasswordForm(PasswordChangeForm, ChoosePasswordForm):
    """A later one: a window left open does not give the account away."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("The present password is not right."),
    }

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["old_password"].label = _("Present password")

    def clean_old_password(self):
        """The password, counted at the turnstile: an open window is no place to guess in, either."""
        if not proves(self.request, self.cleaned_data["old_password"]):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return self.cleaned_data["old_password"]


def password_form(request):
    """The form for a person's next password."""
    if request.user.must_set_password:
        return ChoosePasswordForm(request.user, request.POST or None)
    return ChangePasswordForm(request.user, request.POST or None, request=request)


class ProofForm(forms.Form):
    """Whoever changes how an account is protected gives its password once more."""

    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self):
        if not proves(self.request, self.cleaned_data["password"]):
            raise forms.ValidationError(_("The present password is not right."))
        return self.cleaned_data["password"]


class CodeField(forms.CharField):
    """A code as people type it, full-width digits, too; `attrs` are for its box."""

    def __init__(self, *, attrs=None, **kwargs):
        keyboard = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=20, widget=forms.TextInput(attrs={**keyboard, **(attrs or {})}), **kwargs)

    def to_python(self, value):
        return half_width(super().to_python(value))


class CodeForm(forms.Form):
    """The second step of signing in; the field is what the page is for."""

    code = CodeField(
        label=_("Verification code"),
        help_text=_("Six digits from the telephone, or one of the backup codes."),
        attrs={"autofocus": True},
    )


class FirstCodeForm(forms.Form):
    """The code that proves that the telephone has the secret."""

    code = CodeField(
        label=_("Code from the telephone"),
        help_text=_("The six digits that it shows now."),
        attrs={"inputmode": "numeric"},
    )


class SwitchOffForm(ProofForm):
    """One last code, from the telephone or from paper."""

    code = CodeField(
        label=_("Verification code"),
        help_text=_("Six digits from the telephone, or one of the backup codes."),
    )


class LettersForm(forms.ModelForm):
    """Where and how often somebody is written to; what is owed can be gathered, not silenced."""

    class Meta:
        model = User
        fields = ("email", "cadence")
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "cadence": forms.RadioSelect,
        }
        help_texts = {
            "email": _("Without an address nothing is sent; in the portal you are told in any case."),
            "cadence": _("A letter names what you have not read in the portal yet, and nothing else."),
        }
