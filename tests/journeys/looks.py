"""Questions any page can be asked in a browser: does it fit, can it be hit, can it be heard."""

from __future__ import annotations

from typing import cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Links inside a sentence, a list of terms or a line of small print may be as high as the line
# (WCAG 2.5.8 says the same); everything that stands alone must be a full target.
_SMALL_TARGETS = """
(least) => {
  const alone = (node) => {
    if (node.closest("p, dd, li p, .quiet, caption, figcaption") && node.tagName === "A"
        && getComputedStyle(node).display === "inline") return false;
    return true;
  };
  const target = (node) => node.closest("label") || node;
  const found = [];
  for (const node of document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!node.checkVisibility({ visibilityProperty: true }) || !alone(node)) continue;
    const box = target(node).getBoundingClientRect();
    if (box.bottom < 0 || box.width === 0) continue;
    if (node.classList.contains("skip")) continue;
    if (box.height < least - 0.5 || box.width < least - 0.5)
      found.push(`${node.outerHTML.slice(0, 90)} ${box.width.toFixed()}x${box.height.toFixed()}`);
  }
  return found;
}
"""


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return cast("int", page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def small_targets(page: Page, least: int) -> list[str]:
    """What can be pressed but is smaller than ``least`` by ``least`` pixels."""
    return cast("list[str]", page.evaluate(_SMALL_TARGETS, least))


def serious_barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with the first element it names."""
    result = Axe().run(page)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in result.response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def tab_stops(page: Page, most: int = 400) -> list[str]:
    """Where Tab leads on a page just opened, until it comes round; each with its words or id."""
    stops: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(() => { const n = document.activeElement; if (n === document.body) return '';"
            "const all = [...document.querySelectorAll('*')];"
            "return all.indexOf(n) + ' ' + (n.innerText || n.name || n.id || n.tagName); })()"
        )
        if not name or name in stops:
            break
        stops.append(cast("str", name))
    return stops
