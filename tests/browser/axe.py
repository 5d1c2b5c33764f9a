"""axe on a page as it is now, and that the page does not scroll sideways where the window is narrow."""

from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe

from tests.browser.person import Person
from tests.browser.stage import Stage

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = 320
"""CSS pixels: a small telephone, and 1280 pixels at 400 % (WCAG 2.2, 1.4.10)."""
_AXE = Axe()
_TOO_WIDE = """() => {
  const may = ".epep-scroll, .epep-code, .govuk-visually-hidden";
  const wide = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1 && !one.closest(may);
  });
  return document.documentElement.scrollWidth > innerWidth ? wide.map((one) => one.outerHTML.slice(0, 120)) : [];
}"""


async def assert_accessible(stage: Stage, person: Person) -> None:
    """No violation of axe's rules, and no sideways scrolling of the page where there is little room."""
    stage.looked_at.add(stage.routes[urlsplit(person.page.url).path])
    violations = await _violations(person)
    assert not violations, "\n".join(violations)
    await person.page.set_viewport_size({"width": NARROW, "height": 800})
    too_wide = await person.measures(_TOO_WIDE)
    assert not too_wide, "\n".join(too_wide)
    await person.page.set_viewport_size({"width": 1280, "height": 900})


async def _violations(person: Person) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = await _AXE.run(person.page, options=options)
    return [
        f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
