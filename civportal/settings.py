"""Settings of the portal: one file, everything from the environment (see .env.example)."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
STYLEGUIDE = env.bool("STYLEGUIDE", default=False)

INSTALLED_APPS = [
    "units",
    "assessments",
    "import_export",
    "rules",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "units.sessions.SessionMiddleware",
    "civportal.lib.web.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "units.views.account.SignInFirstMiddleware",
    "units.views.first.CodeFirstMiddleware",
    "units.views.first.PasswordFirstMiddleware",
    "units.views.first.SecondFactorFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "units.views.workplace.WorkplaceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "units.views.conflict.ConflictMiddleware",
    "civportal.lib.web.WayToTheFormMiddleware",
    "axes.middleware.AxesMiddleware",
    "units.views.periodic.PeriodicMiddleware",
]

ROOT_URLCONF = "civportal.urls"
WSGI_APPLICATION = "civportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "units.views.context.office",
                "assessments.views.context.counts",
            ],
            "libraries": {"portal": "civportal.lib.tags"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "civportal.lib.tags"],
        },
    }
]
FORM_RENDERER = "civportal.lib.forms.Renderer"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # An official record must survive a power cut (synchronous=FULL), and writers must
    # queue at the start of their transaction instead of failing in its middle (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

AUTH_USER_MODEL = "units.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["units.backends.Turnstile", "units.backends.Accounts"]
LOGIN_URL = "units:login"
LOGIN_REDIRECT_URL = "assessments:home"
LOGOUT_REDIRECT_URL = "assessments:public_home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["civportal.formats"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR / "media"))
STORAGES = {
    "default": {"BACKEND": "civportal.lib.disk.Disk"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# One evidence file, one entry, one import.
EVIDENCE_FILE_BYTES = 20 * 2**20
EVIDENCE_FILES_PER_ENTRY = 50
IMPORT_FILE_BYTES = 50 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# A font with Chinese letters to put into books and receipts; else one that the system has.
PDF_FONT = env("PDF_FONT", default="")

# Without a mail server letters wait in the outbox.
EMAIL_URL = env("EMAIL_URL", default="")
vars().update(env.email("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", default="civportal@localhost")
# What letters and messages for chat groups name as the portal's address.
PORTAL_URL = env("PORTAL_URL", default="")
# Whether the office looks at letters before they go.
OUTBOX_HOLD = env.bool("OUTBOX_HOLD", default=False)
# Whether visits start the periodic jobs that are due; needless beside a timer, and harmless.
PERIODIC_LAZY = env.bool("PERIODIC_LAZY", default=True)

SESSION_ENGINE = "units.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
if SESSION_COOKIE_SECURE:
    # A name that browsers take only over https and from this very host.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Wrong passwords, within the time after which they are forgotten: of one account from one address,
# of an account from all places where it is not known, of an address for accounts not known there.
AXES_HANDLER = "units.throttle.Throttle"
AXES_FAILURE_LIMIT = 10
SIGN_IN_FAILURES_PER_ACCOUNT = 30
SIGN_IN_FAILURES_PER_ADDRESS = 50
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "units.throttle.network_of"
AXES_LOCKOUT_CALLABLE = "units.views.account.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# Whether the office's people must have a second factor; others may.
TOTP_FOR_OFFICE = env.bool("TOTP_FOR_OFFICE", default=not DEBUG)
# Wrong codes are held up by the portal's own rule (units/actions/account.py).
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0

IMPORT_EXPORT_USE_TRANSACTIONS = True

# Shown by run.py and used by `manage.py demo`; a real county leaves it empty.
DEMO_PASSWORD = env("DEMO_PASSWORD", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # It tells of every line it tidies away.
    "loggers": {"axes": {"level": "WARNING"}},
}
