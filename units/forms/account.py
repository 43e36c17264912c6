"""Forms of one's own account."""

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")


def password_form(user, data=None):
    """The form for a person's next password."""
    form_class = ChoosePasswordForm if user.must_set_password else ChangePasswordForm
    return form_class(user, data)
