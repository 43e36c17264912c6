"""The portal's settings with a few values changed for tests."""

import os

# Tests never read a developer's .env: they say what they need here.
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 50)
os.environ["DEBUG"] = "0"
os.environ["STYLEGUIDE"] = "1"

from civportal.settings import *  # noqa: F403
from civportal.settings import BASE_DIR, DATABASES, MIDDLEWARE, STORAGES

ALLOWED_HOSTS = ["*"]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
# Over plain http a browser keeps no cookie that is named for https.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
# Tests of the second factor switch it on.
TOTP_FOR_OFFICE = False

# A browser test asks for plain names; hashed ones exist only after collectstatic.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of periodic work start it themselves.
PERIODIC_LAZY = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: browser tests read it from the server's threads.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "var" / f"test-{os.getpid()}.sqlite3")}
    # Tests need no protection against a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
