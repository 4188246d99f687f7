"""The environment of a demo: a folder and throw-away secrets of its own.

Set before Django reads its settings. The secrets are kept beside the demo's database, since
without them its sealed fields could not be read again; they protect made-up people only.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

SECRETS_FILE = "demo-secrets.json"
_KEY_BYTES = 32


def prepare_demo_environment() -> None:
    """Set the variables ``denghuo demo`` needs, leaving alone those that are set."""
    folder = Path(os.environ.setdefault("DENGHUO_DATA_DIR", str(Path.cwd() / "var" / "demo")))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, value in _kept_secrets(folder / SECRETS_FILE).items():
        os.environ.setdefault(name, value)
    os.environ["DENGHUO_DEMO"] = "1"


def _kept_secrets(file: Path) -> dict[str, str]:
    if not file.exists():
        _write_privately(file, json.dumps(_new_secrets()))
    found = json.loads(file.read_text(encoding="utf-8"))
    return {str(name): str(value) for name, value in found.items()}


def _new_secrets() -> dict[str, str]:
    return {
        "DENGHUO_SECRET_KEY": secrets.token_urlsafe(64),
        "DENGHUO_IDENTITY_KEY": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
        "DENGHUO_LOOKUP_KEY": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
    }


def _write_privately(file: Path, text: str) -> None:
    """Readable by its owner from the first byte on; a half-written file is never seen."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
