"""People at their browsers: what they press, fill in and read, found by role and name as a screen reader finds it."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.e2e.site.people import PASSWORD

LANGS: Final = {"zh": "zh-hans", "en": "en"}
WAIT: Final = 30_000  # milliseconds for a page on a loaded machine


class Person:
    """One person with a browser of their own; texts are given as the site shows them, Chinese and English."""

    def __init__(
        self, browser: Any, url: str, lang: str, name: str = "", *, scripts: str = "on", **context: Any
    ) -> None:
        """Open an empty browser in a language; console errors and blocked resources are kept in `wrong`.

        `scripts` is on, off, or late: then they arrive only when something was typed and is about to be sent.
        """
        self.url, self.lang, self.name, self.scripts = url, lang, name, scripts
        self._held: list[Any] = []
        self._loaded = "commit" if scripts == "late" else "load"
        self.wrong: list[str] = []
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale={"zh": "zh-CN", "en": "en-GB"}[lang], reduced_motion="reduce",
            timezone_id="Asia/Shanghai", java_script_enabled=scripts != "off", **context,
        )  # fmt: skip
        self.context.set_default_timeout(WAIT)
        self.speak(lang)
        self.page = self.context.new_page()
        if scripts == "late":
            self.page.route(re.compile(r"\.js(\?|$)"), self._hold)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _hold(self, route: Any) -> None:
        self._held.append(route)

    def _console(self, message: Any) -> None:
        # A form sent back with its problems is answered with 422, which Chromium writes to the console.
        if message.type == "error" and not re.search(r"status of (409|422)", message.text):
            self.wrong.append(f"{self.page.url}: {message.text}")

    # --- where ---------------------------------------------------------------------------------------------------------
    def say(self, zh: str, en: str) -> str:
        """Return the text in this person's language."""
        return zh if self.lang == "zh" else en

    def speak(self, lang: str) -> Person:
        """Read the site in a language from the next page on."""
        self.lang = lang
        self.context.add_cookies([{"name": "duxue_language", "value": LANGS[lang], "url": self.url}])
        return self

    def open(self, path: str = "/") -> Person:
        """Type an address."""
        self.page.goto(self.url + path, wait_until=self._loaded)
        return self

    def scripts_arrive(self) -> Person:
        """Let scripts that were held back arrive, and wait until they have run."""
        while self._held:
            self._held.pop().continue_()
            if not self._held:
                self.page.wait_for_load_state()
        return self

    def sign_in(self, name: str = "") -> Person:
        """Sign in with name and password."""
        self.open("/accounts/login/")
        self.write("用户名或电子邮箱", "User name or email", name or self.name)
        self.write("密码", "Password", PASSWORD)
        self.press("登录", "Sign in", exact=True)
        self.page.wait_for_url(lambda address: "/login" not in address, wait_until=self._loaded)
        return self

    # --- what is done --------------------------------------------------------------------------------------------------
    def follow(self, zh: str, en: str, **more: Any) -> Person:
        """Follow the first link of this name."""
        self._role("link", zh, en, **more).first.click()
        return self

    def press(self, zh: str, en: str, **more: Any) -> Person:
        """Press the first button of this name, and wait for the page that answers."""
        button = self._role("button", zh, en, **more).first
        button.wait_for()
        self.scripts_arrive()
        with self.page.expect_navigation(wait_until=self._loaded) as answer:
            button.click()
        if answer.value is not None and not answer.value.ok:
            raise AssertionError(f"{answer.value.status}: {self.page.locator('main').inner_text()}")
        return self

    def write(self, zh: str, en: str, value: str, **more: Any) -> Person:
        """Fill in the field of this label."""
        field = (
            self.page.locator("main")
            .get_by_label(self.say(zh, en), **more)
            .and_(self.page.locator("input, textarea"))
        )
        field.first.fill(value)
        return self

    def choose(self, zh: str, en: str, option: str | re.Pattern[str]) -> Person:
        """Choose an option of a list by its words."""
        field = self.page.locator("main").get_by_label(self.say(zh, en)).first
        found = field.locator("option").filter(has_text=re.compile(option)).first
        found.wait_for(state="attached")  # else the page that is left could be asked
        field.select_option(label=found.text_content())
        return self

    def tick(self, zh: str, en: str, **more: Any) -> Person:
        """Tick a box or choose a button of a group."""
        self.page.locator("main").get_by_label(self.say(zh, en), **more).first.check()
        return self

    def sees(self, zh: str, en: str) -> Person:
        """Wait until the text is to be seen."""
        self.page.get_by_text(self.say(zh, en)).locator("visible=true").first.wait_for()
        return self

    def _role(self, role: str, zh: str, en: str, **more: Any) -> Any:
        return self.page.get_by_role(role, name=self.say(zh, en), **more)
