#!/usr/bin/env python3
"""The pictures in docs/, taken from a running demo, so that they show what stands today.

python3 run.py demo                      in one terminal
.venv/bin/python tools/pictures.py [ADDRESS]   in another; default http://127.0.0.1:8000/
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
BYTES_MAX = 200_000
WIDTH, HEIGHT = 390, 844


@dataclass(frozen=True)
class Picture:
    """One page as one persona sees it on a phone; ``elder`` is the type size, 0 for standard."""

    name: str
    path: str
    persona: str
    elder: int = 0


PICTURES_WANTED = (
    Picture("benefits-phone", "/benefits/", "founder"),
    Picture("benefits-phone-elder", "/benefits/", "founder", elder=22),
)


def take(browser: Browser, address: str, picture: Picture) -> Path:
    """Step into the persona, open the page, keep what the first screen shows."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5, locale="zh-CN"
    )
    cookies = {"django_language": "zh-hans", "denghuo_theme": "light"}
    if picture.elder:
        cookies["denghuo_elder"] = str(picture.elder)
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    page = context.new_page()
    page.goto(f"{address}/demo/")
    page.locator(f"form[action$='/step-in/{picture.persona}/'] button").click()
    page.goto(address + picture.path)
    target = PICTURES / f"{picture.name}.png"
    page.screenshot(path=target)
    context.close()
    if target.stat().st_size > BYTES_MAX:
        raise SystemExit(f"{target.name} is larger than {BYTES_MAX // 1000} kB")
    return target


def main() -> None:
    """Take them all."""
    address = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000").rstrip("/")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=os.geteuid() != 0, args=["--disable-gpu"]
        )
        for picture in PICTURES_WANTED:
            target = take(browser, address, picture)
            print(f"{target.name}: {target.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main()
