"""Without a mouse, on a small window, and where the system forces its colours (WCAG 2.2 AA)."""

import pytest

from tests.browser.cast import COMPLETING, PREPARING, TEACHER
from tests.browser.person import Person
from tests.browser.stage import Stage

WORDS = "Invented: likes the new group."
_FOCUSED = "() => document.activeElement.innerText || document.activeElement.name || document.activeElement.tagName"
_LOOKS = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.backgroundColor].join(" ");
}"""
_SMALL = """() => [...document.querySelectorAll("main :is(button, input, select, textarea, summary)")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((one) => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""


async def test_a_section_is_written_and_sent_with_the_keyboard_alone(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{COMPLETING}")
    await person.page.wait_for_selector("[data-govuk-skip-link-init]", state="attached")
    await person.page.keyboard.press("Tab")
    assert await person.measures(_FOCUSED) == "Skip to main content"
    await person.page.keyboard.press("Enter")
    assert await person.measures("() => document.activeElement.id") == "main-content"
    await tabs_to(person, "Voice")
    await person.page.keyboard.press("Enter")
    await person.sees("Send this section")
    await tabs_to(person, "words")
    await person.page.keyboard.type(WORDS)
    await tabs_to(person, "Send this section")
    await person.page.keyboard.press("Enter")
    await person.sees("The section is sent.")


async def test_errors_take_the_focus_and_lead_to_the_field(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{PREPARING}/sections/targets")
    await person.types({"targets-0-by-day": "31", "targets-0-by-month": "2", "targets-0-by-year": "2027"})
    await tabs_to(person, "Send this section")
    await person.page.keyboard.press("Space")
    await person.sees("There is a problem")
    assert "govuk-error-summary" in await person.measures("() => document.activeElement.className")
    assert (await person.page.title()).startswith("Error: ")
    await person.page.keyboard.press("Tab")
    await person.page.keyboard.press("Enter")
    assert await person.measures("() => document.activeElement.name") == "targets-0-by-day"
    assert await person.has_typed("targets-0-by-month") == "2"


async def tabs_to(person: Person, wanted: str) -> None:
    """Tab until the focus is on it; everything on the way shows that it has the focus, and does not trap it."""
    for _ in range(150):
        await person.page.keyboard.press("Tab")
        at = str(await person.measures(_FOCUSED)).strip()
        outline, width, *_rest = str(await person.measures(_LOOKS)).split(" ", 2)
        assert (outline, width) != ("none", "0px"), f"the focus is not to be seen on {at}"
        if at == wanted:
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


@pytest.mark.parametrize("path", ["/work", "/cases", f"/cases/{COMPLETING}", f"/cases/{PREPARING}/sections/targets"])
async def test_what_is_pressed_is_large_enough(stage: Stage, path: str) -> None:
    person = await stage.signed_in(TEACHER, width=320)
    await person.goes(path)
    assert await person.measures(_SMALL) == []


async def test_forced_colours_keep_every_edge(stage: Stage) -> None:
    """Colours alone say nothing there: tags and the bar have edges, and text stands out from what is behind it."""
    person = await stage.signed_in(TEACHER, forced_colors="active")
    await person.goes(f"/cases/{COMPLETING}")
    assert await person.measures("() => matchMedia('(forced-colors: active)').matches")
    edges = await person.measures(
        "[...document.querySelectorAll('.epep-tag, .epep-bar')].map((one) => getComputedStyle(one).borderBottomWidth)"
    )
    assert edges
    assert "0px" not in edges
    assert len(await person.page.screenshot(full_page=True)) > 10_000
