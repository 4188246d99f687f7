"""Settings. Secrets and places come from the environment; docs/operations.md lists them all.

The embedded SQLite is the default; ``DENGHUO_DATABASE_URL=postgresql://...`` chooses the
grown-up database. ``DENGHUO_DEMO=1`` opens the persona chooser and is refused by the system
check ``platform.E001`` on a database that was not made as a demo.
"""

from __future__ import annotations

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from denghuo.platform.sqlite_library import use_fixed_sqlite

use_fixed_sqlite()
# Arrow reads this once, when it is loaded. Its own allocator keeps what it was given back: a sweep
# takes 60 MB more by it, for no speed.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

PACKAGE = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "") == "1"


DATA_DIR = Path(os.environ.get("DENGHUO_DATA_DIR", Path.cwd() / "var")).resolve()
# Compiled kernels of policies: safe to delete, shared by all processes of one user.
KERNEL_DIR = Path(os.environ.get("DENGHUO_KERNEL_DIR", DATA_DIR / "kernels"))
SECRET_KEY = os.environ.get("DENGHUO_SECRET_KEY", "")
# 32 bytes in base64 each: one seals identity numbers, one makes their look-up keys.
IDENTITY_KEY = os.environ.get("DENGHUO_IDENTITY_KEY", "")
LOOKUP_KEY = os.environ.get("DENGHUO_LOOKUP_KEY", "")
DEBUG = False
DEMO = _flag("DENGHUO_DEMO")
ALLOWED_HOSTS = os.environ.get("DENGHUO_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "denghuo.platform",
    "denghuo.people",
    "denghuo.places",
    "denghuo.policy",
    "denghuo.ledger",
    "denghuo.search",
    "denghuo.cases",
    "denghuo.benefits",
    "denghuo.employment",
    "denghuo.measures",
    "denghuo.web",
    "denghuo.api",
    "denghuo.project",
]

MIDDLEWARE = [
    "denghuo.platform.middleware.RequestLogMiddleware",
    "denghuo.platform.middleware.SecurityHeadersMiddleware",
    "denghuo.platform.middleware.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "denghuo.people.middleware.ActorMiddleware",
    "denghuo.web.middleware.ReadingMiddleware",
    "denghuo.platform.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "denghuo.project.urls"
WSGI_APPLICATION = "denghuo.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "denghuo.web.context.shell",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = os.environ.get("DENGHUO_DATABASE_URL", "")
    if url.startswith(("postgresql://", "postgres://")):
        parts = conninfo_to_dict(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.pop("dbname", "denghuo"),
            "USER": parts.pop("user", ""),
            "PASSWORD": parts.pop("password", ""),
            "HOST": parts.pop("host", ""),
            "PORT": parts.pop("port", ""),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {**parts},
        }
    return {
        "ENGINE": "denghuo.platform.sqlite",
        "NAME": url.removeprefix("sqlite:///") or str(DATA_DIR / "denghuo.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # shown; stored in UTC
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("mn", "ᠮᠣᠩᠭᠣᠯ"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
# Where the packages taken for their open data lie (docs/decisions/0003); empty: beside the
# environment. The review number (审图号) of the region map: without it no public page draws it.
DATA_PACKAGES = os.environ.get("DENGHUO_DATA_PACKAGES", "")
MAP_REVIEW_NUMBER = os.environ.get("DENGHUO_MAP_REVIEW_NUMBER", "")

# Where people reach this site, for the addresses inside e-mails.
SITE_URL = os.environ.get("DENGHUO_SITE_URL", "").rstrip("/")
EMAIL_HOST = os.environ.get("DENGHUO_EMAIL_HOST", "")  # empty: no e-mail is sent
EMAIL_PORT = int(os.environ.get("DENGHUO_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("DENGHUO_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DENGHUO_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = not _flag("DENGHUO_EMAIL_PLAIN")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DENGHUO_EMAIL_FROM", "denghuo@localhost")
# A carrier of short messages (denghuo.platform.sms.http_carrier); empty: none is sent.
SMS_URL = os.environ.get("DENGHUO_SMS_URL", "")
SMS_KEY_ID = os.environ.get("DENGHUO_SMS_KEY_ID", "")
SMS_SECRET = os.environ.get("DENGHUO_SMS_SECRET", "")
# A malware scanner (clamd): host:port or a socket's path; empty: only the test text is found.
CLAMD = os.environ.get("DENGHUO_CLAMD", "")

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "denghuo.platform.pages.refusals.form_expired"
LOGIN_URL = "/sign-in/"
_HTTPS = _flag("DENGHUO_HTTPS")
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies of ours stand before the site, or their addresses: platform.client_address.
TRUSTED_PROXIES = os.environ.get("DENGHUO_TRUSTED_PROXIES", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = None  # denghuo.platform.logs sets structured logs up
