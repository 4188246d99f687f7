"""Logs: one JSON object a line, on standard error, without personal data.

The last step before a line is written masks everything that looks personal and drops the
values of fields whose names say so; an exception is logged by type and place, because its
message may quote the row it tripped over. Logs of Django and of libraries pass through the
same steps. On a terminal the same lines are laid out for people.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import PurePath
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from denghuo.platform.logic.personal_data import mask_text, mask_value

# Written by our own code, and needed to read a line at all.
_OWN_FIELDS = frozenset({"event", "level", "timestamp", "logger", "request_id"})
_FRAMES_KEPT = 12


def configure_logs(*, level: int = logging.INFO) -> None:
    """Set up structured logs for this process; calling it again changes nothing."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_of_exception,
        without_personal_data,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(),
            ],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "denghuo", False)]:
        root.removeHandler(old)
    handler.denghuo = True  # type: ignore[attr-defined]  # how the next call finds it again
    root.addHandler(handler)
    root.setLevel(level)
    # Django's line about a request holds its path, and a path may hold a search word or an
    # id; our own request line (platform.middleware) says what is needed.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    logging.getLogger("django.server").setLevel(logging.CRITICAL)
    # At DEBUG this one quotes the values of variables it could not find.
    logging.getLogger("django.template").setLevel(logging.INFO)


def place_of_exception(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace an exception by its type and the places it passed."""
    raised = line.pop("exc_info", None)
    if not raised:
        return line
    if isinstance(raised, BaseException):
        exception: BaseException | None = raised
    else:
        exception = (raised if isinstance(raised, tuple) else sys.exc_info())[1]
    if exception is not None:
        frames = traceback.extract_tb(exception.__traceback__)[-_FRAMES_KEPT:]
        line["error"] = type(exception).__name__
        line["frames"] = [
            f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames
        ]
    return line


def without_personal_data(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Mask every value; of our own fields only what looks personal, never the whole."""
    for name, value in list(line.items()):
        if name.startswith("_"):
            continue
        if name in _OWN_FIELDS:
            line[name] = mask_text(value) if isinstance(value, str) else value
        else:
            masked = mask_value({name: value})
            line[name] = masked[name] if isinstance(masked, dict) else None
    # Arguments that a library left beside its sentence are in the sentence already.
    line.pop("positional_args", None)
    return line


def _renderer() -> Any:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(colors=True)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
