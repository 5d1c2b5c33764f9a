"""The strict content security policy holds in a real browser, and the fixture of every test hears when it does not.

That nothing is violated and no script fails on any page that any test opens, `conftest.py` asserts after each of them.
"""

from tests.browser.cast import TEACHER
from tests.browser.stage import Stage

_TRY = """(html) => {
  const here = document.createElement("div");
  here.innerHTML = html;
  document.querySelector("main").append(here);
}"""


async def test_nothing_foreign_runs_or_is_drawn(stage: Stage) -> None:
    """What a page must never have is put into one: the browser refuses each, and the complaints are heard."""
    person = await stage.signed_in(TEACHER)
    await person.goes("/work")
    for html in (
        '<p style="color: red">styled in the page</p>',
        '<img src="x" onerror="document.title = 1">',
        '<img src="https://elsewhere.example/pixel.png">',
    ):
        await person.page.evaluate(_TRY, html)
    await person.measures("() => { const one = document.createElement('script'); one.text = 'document.title = 2'; "
                          "document.body.append(one); }")  # fmt: skip
    await person.hears("POLICY style-src", "POLICY script-src", "POLICY img-src")
    assert await person.page.title() == "My work - Personal Education Plans"
    person.complaints.clear()


async def test_an_error_of_a_script_is_heard(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes("/work")
    await person.measures("() => { setTimeout(() => { throw new Error('invented'); }); }")
    await person.hears("invented")
    person.complaints.clear()


async def test_every_script_of_a_page_has_its_nonce_and_none_is_in_it(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    answer = await person.goes("/work")
    assert answer
    policy = answer.headers["content-security-policy"]
    scripts = await person.measures("[...document.scripts].map((one) => [one.nonce, one.text, one.src])")
    assert scripts
    for nonce, inside, address in scripts:
        assert f"'nonce-{nonce}'" in policy
        assert (inside, address.startswith(f"{person.site}/static/")) == ("", True)
    assert "unsafe" not in policy
