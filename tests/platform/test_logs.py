"""Whatever is logged, no personal data comes out."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.template import Context, Engine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.platform.logic.personal_data import looks_personal
from denghuo.platform.logs import configure_logs

pytestmark = pytest.mark.no_postgres
PHONE, ID_NUMBER, NAME = "13812345678", "150102199001011234", "乌云其木格"
Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    monkeypatch.undo()
    configure_logs()


def test_a_line_is_json_with_what_a_reader_needs(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("denghuo.request").info("request", route="job_list", status=200)
    structlog.contextvars.clear_contextvars()
    [line] = lines()
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "denghuo.request",
        "request_id": "r1",
        "route": "job_list",
        "status": 200,
    }


def test_our_own_lines_are_masked(lines: Lines) -> None:
    structlog.get_logger("denghuo.x").warning(
        f"sent to {PHONE}", phone=PHONE, person_name=NAME, rows=[{"n": int(ID_NUMBER)}]
    )
    text = json.dumps(lines(), ensure_ascii=False)
    for personal in (PHONE, ID_NUMBER, NAME):
        assert personal not in text
    assert "sent to [masked]" in text


def test_lines_of_libraries_are_masked(lines: Lines) -> None:
    logging.getLogger("some.library").warning("user %s at %s", ID_NUMBER, f"/people/{PHONE}")
    [line] = lines()
    assert line["event"] == "user [masked] at /people/[masked]"
    assert not looks_personal(json.dumps(line))


def test_an_exception_is_logged_by_place_never_by_message(lines: Lines) -> None:
    try:
        int(NAME)  # its message quotes the name
    except ValueError:
        structlog.get_logger("denghuo.x").exception("fault")
        logging.getLogger("some.library").exception("fault")
    for line in lines():
        assert line["error"] == "ValueError"
        assert "test_an_exception_is_logged" in str(line["frames"])
        assert NAME not in json.dumps(line, ensure_ascii=False)


def test_djangos_line_about_a_path_is_not_written(lines: Lines) -> None:
    logging.getLogger("django.request").error("Not Found: /people/%s", NAME)
    assert lines() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.sampled_from([PHONE, ID_NUMBER, int(PHONE), f"给{PHONE}", b"13812345678"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "b"]), inner),
    )
)
def test_no_shape_of_value_gets_through(lines: Lines, value: object) -> None:
    structlog.get_logger("denghuo.x").info("event", value=value)
    assert not looks_personal(json.dumps(lines()[-1]["value"], ensure_ascii=False))


def test_template_values_are_not_quoted_even_when_everything_is_logged(lines: Lines) -> None:
    configure_logs(level=logging.DEBUG)
    context = Context({"person": {"name": NAME}})
    Engine().from_string("{{ person.missing.deeper }}").render(context)
    assert NAME not in json.dumps(lines(), ensure_ascii=False)
