"""A real browser for the journeys: Debian's Chromium, driven by Playwright.

Without the browser the tests say so and are skipped; ``run.py test`` installs it where it may.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from tools.checks import CHROMIUM, missing_libraries

ARGUMENTS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = 390
DESKTOP = 1280

# The synchronous Playwright keeps an event loop in this thread; Django would refuse queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_postgres)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys."""
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium: apt-get install chromium fonts-noto-cjk libatomic1")
    if missing := missing_libraries():
        pytest.skip(f"the browser's driver needs {missing}: apt-get install libatomic1")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM), chromium_sandbox=os.geteuid() != 0, args=ARGUMENTS
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """``open_page("/path/", width=390, elder=22, theme="dark", language="mn", client=client)``.

    The page fails the test when it reports an error in its console or asks another origin. A
    page that refuses (a wrong code, another's record) is an answer, not an error: only what it
    loads beside itself must be there.
    ``client`` is a signed-in Django test client whose session the browser takes over.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    visited: set[str] = set()

    def complain(path: str, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource")
        if message.type == "error" and not (refused and message.location["url"] in visited):
            complaints.append(f"{path}: {message.text}")

    def open_(
        path: str,
        *,
        width: int = PHONE,
        elder: int = 0,
        theme: str = "",
        language: str = "zh-hans",
        client: Client | None = None,
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 640 else 900},
            locale="zh-CN",
            has_touch=width < 640,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        cookies = {"django_language": language}
        if elder:
            cookies["denghuo_elder"] = str(elder)
        if theme:
            cookies["denghuo_theme"] = theme
        if client is not None:
            cookies |= {name: morsel.value for name, morsel in client.cookies.items()}
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{path}: {error}"))
        page.on("console", lambda message: complain(path, message))
        page.on(
            "request",
            lambda asked: (
                complaints.append(f"{path} asked {asked.url}")
                if not asked.url.startswith((live_server.url, "data:", "blob:"))
                else visited.add(asked.url)
                if asked.is_navigation_request()
                else None
            ),
        )
        page.goto(live_server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
