"""Settings for the checks and tests: fixed throw-away keys, nothing written outside temp."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DENGHUO_SECRET_KEY", "test-only-" + "0" * 40)
os.environ.setdefault("DENGHUO_IDENTITY_KEY", "A" * 43 + "=")
os.environ.setdefault("DENGHUO_LOOKUP_KEY", "B" * 42 + "A=")
os.environ.setdefault(
    "DENGHUO_DATA_DIR", str(Path(tempfile.gettempdir()) / f"denghuo-test-{os.getpid()}")
)
# Kept between runs: compiling a kernel costs seconds, and its name is the digest of its source.
os.environ.setdefault(
    "DENGHUO_KERNEL_DIR", str(Path(tempfile.gettempdir()) / f"denghuo-test-kernels-{os.getuid()}")
)

from denghuo.project.settings import *  # noqa: F403  the product's settings, then ours

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_HOST = "mail.test"  # never opened: the next line keeps e-mails in memory
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
