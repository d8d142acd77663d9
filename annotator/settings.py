"""Settings of every Annotator process. What differs between installs comes from the environment.

ANNOTATOR_HOME           where the embedded database and the secret key live
DATABASE_URL             one's own PostgreSQL instead of the embedded one
ANNOTATOR_SECRET_KEY     instead of the generated one (needed when several machines share a database)
ANNOTATOR_BASE_URL       the address that people type; https:// here switches all secure flags on
ANNOTATOR_ALLOWED_HOSTS  more host names, separated by commas
ANNOTATOR_STORAGE        s3://bucket/prefix for uploads, exports and releases, instead of a folder in the home
ANNOTATOR_EMAIL_URL      host:port of a mail server for password resets; else they go to the terminal
ANNOTATOR_API_RATE       requests a minute that one API token may send: 3000; 0 for no limit
ANNOTATOR_DEBUG          1 shows tracebacks; refused anywhere but on this machine
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from annotator.server import database_url, storage
from annotator.server.home import Home

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
# In a checkout templates and static files stand at the top; a wheel carries them in the package.
IN_CHECKOUT = (CHECKOUT / "templates" / "base.html").exists()

HOME = Home.from_env()

SECRET_KEY = os.environ.get("ANNOTATOR_SECRET_KEY") or HOME.secret_key()
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("ANNOTATOR_SECRET_KEY has fewer than 50 characters.")

BASE_URL = os.environ.get("ANNOTATOR_BASE_URL", "")
SECURE = BASE_URL.startswith("https://")
_LOCAL = ["localhost", "127.0.0.1", "[::1]"]
_named = [h.strip() for h in os.environ.get("ANNOTATOR_ALLOWED_HOSTS", "").split(",") if h.strip()]
if any("*" in host for host in _named):
    raise ImproperlyConfigured("ANNOTATOR_ALLOWED_HOSTS names hosts; * would let any name in.")
_base_host = urlsplit(BASE_URL).hostname
ALLOWED_HOSTS = [*_LOCAL, *_named, *([_base_host] if _base_host else [])]
CSRF_TRUSTED_ORIGINS = [BASE_URL.rstrip("/")] if BASE_URL else []

DEBUG = os.environ.get("ANNOTATOR_DEBUG") == "1"
if DEBUG and ALLOWED_HOSTS != _LOCAL:
    raise ImproperlyConfigured("ANNOTATOR_DEBUG=1 is for this machine only: name no other host.")

INSTALLED_APPS = [
    "annotator",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "annotator.www.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "annotator.www.middleware.SignInRequiredMiddleware",
    "annotator.www.middleware.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "annotator.urls"
WSGI_APPLICATION = "annotator.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CHECKOUT / "templates"] if IN_CHECKOUT else [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

_url = os.environ.get("DATABASE_URL")
DATABASES = {"default": database_url.parse(_url) if _url else HOME.database()}
CACHES = {
    # In the database, so that limits on sign-in hold over all web processes.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "annotator_cache",
    }
}

AUTH_USER_MODEL = "annotator.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "annotator.www.sign_in.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# “key” is user and address together (www/sign_in.py): nobody can lock a colleague out, and a
# newsroom behind one address shares only the generous limit on sign-ins as such.
ACCOUNT_RATE_LIMITS = {"login": "200/m/ip", "login_failed": "5/5m/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # we write to nobody who has no account
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Annotator"
SESSION_COOKIE_AGE = 7 * 24 * 3600

# Everything comes from our own origin, on every response, errors and admin included.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in hx-headers; no script reads the cookie
CSRF_FAILURE_VIEW = "annotator.www.errors.csrf_failure"

# An article may be long and a file larger: the body is spooled to disk and counted while it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MAX_FORM_BYTES = 6 * 1024 * 1024
MAX_UPLOAD_BYTES = 1024 * 1024 * 1024

# What is larger is done by a worker, while a page shows how far it is.
JOB_ABOVE_BYTES = 4 * 1024 * 1024
JOB_ABOVE_ARTICLES = 5_000
JOB_LIFETIME = timedelta(hours=6)  # waiting included; then a job has failed
JOB_FILES_KEPT = timedelta(days=7)  # what an export made
JOB_CHECKS_KEPT = timedelta(days=1)  # a file that was looked at and waits to be imported
JOBS_KEPT = timedelta(days=90)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["annotator.jobs.queue"]

API_RATE = int(os.environ.get("ANNOTATOR_API_RATE") or 3_000)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "annotator.api.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["annotator.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "annotator.api.openapi.Description",
    "EXCEPTION_HANDLER": "annotator.api.errors.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": None,  # set per token, see accounts/actions.py; no token is made without an end
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Annotator",
    "DESCRIPTION": "Corpora, articles, readings and edits. Offsets are Unicode code points, half-open.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ReadingState": "annotator.readings.models.State",
        "JobState": "annotator.jobs.models.JobState",
    },
}

STATIC_URL = "static/"
STATIC_ROOT = HOME.static_root
STATICFILES_DIRS = [CHECKOUT / "static"] if IN_CHECKOUT else []
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    # Private: nothing in here has an address of its own.
    "default": storage.from_env(HOME.files),
    "staticfiles": {"BACKEND": "annotator.www.static.HashedStaticFiles"},
    "releases": storage.from_env(HOME.files, "releases"),
}

LANGUAGE_CODE = "en-gb"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

_mail = os.environ.get("ANNOTATOR_EMAIL_URL", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail else 'console'}.EmailBackend"
EMAIL_HOST, _, _port = _mail.partition(":")
EMAIL_PORT = int(_port or 25)
DEFAULT_FROM_EMAIL = f"annotator@{_base_host or 'localhost'}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"procrastinate": {"level": "CRITICAL"}},  # annotator.jobs says it shorter
}
