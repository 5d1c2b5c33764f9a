"""One person at a browser of their own: they go, read, fill in and press, and what the browser complains of is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Response, expect

from rehearsal.clock import ConductedClock
from tests.support.smtp_sink import SmtpSink
from tests.web.served import until

_CODE = re.compile(r"^ {4}(\d{6})\r?$", re.MULTILINE)
_LISTEN = """document.addEventListener("securitypolicyviolation",
  (event) => console.error("POLICY " + event.violatedDirective + " " + event.blockedURI))"""
_OF_A_STATUS = "Failed to load resource: the server responded with a status of"


@dataclass
class Person:
    """`page` is their open tab. `complaints` must be empty at the end of every test (conftest.py)."""

    email: str
    site: str
    context: BrowserContext
    page: Page
    sink: SmtpSink
    clock: ConductedClock
    authenticators: dict[str, str]
    """The secret of each person's authenticator app, by e-mail address."""
    complaints: list[str] = field(default_factory=list)
    may_miss: tuple[str, ...] = ()
    """Ends of addresses that this test makes unanswerable: that the console names them is no complaint."""
    _answered: dict[str, int] = field(default_factory=dict)

    async def listen(self) -> None:
        """Hear every violation of the policy, error of a script and message of the console."""
        await self.context.add_init_script(_LISTEN)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("response", self._note)

    def _note(self, response: Response) -> None:
        """An error page is a document with its own status, which the console repeats: that is no complaint."""
        if response.request.resource_type == "document":
            self._answered[response.url] = response.status

    def _heard(self, message: ConsoleMessage) -> None:
        address = message.location["url"]
        is_known = address in self._answered or address.endswith(self.may_miss)
        if message.type in ("error", "warning") and not (message.text.startswith(_OF_A_STATUS) and is_known):
            self.complaints.append(f"{message.type}: {message.text} at {address}")

    # The door

    async def signs_in(self, path: str = "/work") -> None:
        """Ask for a page, and come to it through the real pages of the door."""
        await self.goes(path)
        await self.sees("Sign in")
        await self.passes_the_door()

    async def passes_the_door(self) -> None:
        """The address, the code that is mailed, and for the council an authenticator app."""
        await self.gives_address_and_code()
        if "/sign-in/set-up" in self.page.url:
            await self.sees("Set up your authenticator app")
            shown = await self.page.locator(".epep-key code").inner_text()
            self.authenticators[self.email] = shown.replace(" ", "")
            await self.fills({"Code": self.shown_by_the_app()})
            await self.presses("Keep it and sign in")
        elif "/sign-in/authenticator" in self.page.url:
            await self.fills({"Code": self.shown_by_the_app()})
            await self.presses("Sign in")

    async def gives_address_and_code(self) -> None:
        """The first step, from the page that asks for an address."""
        arrived = len(self.sink.received)
        await self.fills({"Your e-mail address": self.email})
        await self.presses("Send me a code")
        await self.sees("Type the code from the mail")
        await self.fills({"Code": await self._mailed_code(arrived)})
        await self.presses("Continue")

    async def _mailed_code(self, arrived: int) -> str:
        await self.sink.has_received(arrived + 1)
        for mail in reversed(self.sink.received):
            body = mail.message.get_body(("plain",))
            code = _CODE.search(body.get_content()) if body and mail.recipients == (self.email,) else None
            if code:
                return code[1]
        raise AssertionError(f"no code was mailed to {self.email}")

    def shown_by_the_app(self) -> str:
        """The six digits that this person's authenticator app shows now."""
        return pyotp.TOTP(self.authenticators[self.email]).at(self.clock.instant)

    # Hands

    async def goes(self, path: str) -> Response | None:
        """Type an address of the service."""
        return await self.page.goto(f"{self.site}{path}")

    async def follows(self, link: str) -> None:
        await self.page.get_by_role("link", name=link, exact=True).first.click()
        await self.page.wait_for_load_state()

    async def presses(self, button: str) -> None:
        await self.page.get_by_role("button", name=button, exact=True).first.click()
        await self.page.wait_for_load_state()

    async def fills(self, answers: Mapping[str, str]) -> None:
        """Type into the fields with these labels. A label that several have is meant in the first of them."""
        for label, text in answers.items():
            await self.page.get_by_label(label, exact=True).first.fill(text)

    async def types(self, names: Mapping[str, str]) -> None:
        """The same by the names that the form has for its fields, where labels repeat: `targets-0-what`."""
        for name, text in names.items():
            await self.page.locator(f'[name="{name}"]').fill(text)

    async def chooses(self, name: str, value: str) -> None:
        """One of several answers."""
        await self.page.locator(f'[name="{name}"][value="{value}"]').check()

    async def gives_day(self, name: str, day: str) -> None:
        """A date in three boxes. `day` is ISO."""
        year, month, number = day.split("-")
        await self.types({f"{name}-day": number, f"{name}-month": month, f"{name}-year": year})

    async def selects(self, name: str, value: str) -> None:
        """One of many answers in a list that opens."""
        await self.page.locator(f'select[name="{name}"]').select_option(value)

    async def choices(self, name: str) -> list[str]:
        """The values that such a list offers."""
        options = await self.page.locator(f'select[name="{name}"] option').all()
        return [value for option in options if (value := await option.get_attribute("value"))]

    async def writes_target(self, number: int, target: Mapping[str, str]) -> None:
        """Everything about one of the three targets. `number` counts from 0."""
        begins = f"targets-{number}-"
        texts = {name: text for name, text in target.items() if name not in ("kind", "by", "covers")}
        await self.types({begins + name: text for name, text in texts.items()})
        await self.chooses(f"{begins}kind", target["kind"])
        await self.chooses(f"{begins}strategies-0-kind", "pupil_premium")
        await self.gives_day(f"{begins}by", target["by"])
        if target["covers"]:
            await self.chooses(f"{begins}covers", target["covers"])

    # Eyes

    async def things_to_add(self) -> int:
        """How many things the help beside a form still names."""
        return await self.page.locator("#help li").count()

    async def fewer_things_to_add_than(self, before: int) -> int:
        """Wait until the help names fewer; gives how many."""
        await self.page.wait_for_function("(n) => document.querySelectorAll('#help li').length < n", arg=before)
        return await self.things_to_add()

    async def sees(self, *texts: str) -> None:
        """Wait until each text is on the page, anywhere that it can be read."""
        for text in texts:
            await expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    async def does_not_see(self, *texts: str) -> None:
        for text in texts:
            await expect(self.page.get_by_text(text).locator("visible=true")).to_have_count(0)

    async def reads(self) -> str:
        """All that the main part says."""
        return await self.page.locator("main").inner_text()

    async def has_typed(self, name: str) -> str:
        """What is in a field now."""
        return await self.page.locator(f'[name="{name}"]').input_value()

    async def measures(self, script: str) -> Any:
        """Ask the page itself."""
        return await self.page.evaluate(script)

    async def hears(self, *complaints: str) -> None:
        """Wait until the browser has complained of each, whatever it adds to these words."""
        for wanted in complaints:
            await until(lambda wanted=wanted: any(wanted in one for one in self.complaints))  # type: ignore[misc]
