"""How people sign in without a password: a passkey added, used and removed, in a browser that has an authenticator."""

from __future__ import annotations

from typing import Final

from tests.e2e.site.acting import Person
from tests.e2e.site.people import PASSWORD, PEOPLE
from tests.e2e.site.story import Story

OWNER: Final = "manager2"  # takes no part in rounds
KEY: Final = "合成通行密钥"
# One that is built in and knows its owner, as a laptop's or a phone's.
AUTHENTICATOR: Final = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True,
}  # fmt: skip


def use_passkey(story: Story) -> None:
    """Somebody adds a passkey, signs out, signs in with it and removes it, after which it lets nobody in."""
    owner = story.enter(OWNER)
    browser = owner.context.new_cdp_session(owner.page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    _menu(owner).follow("登录保护", "Sign-in protection").follow("添加密钥", "Add a key")
    owner.write("密码", "Password", PASSWORD).press("确认", "Confirm", exact=True)
    owner.write("密钥名称", "Name of the key", KEY).tick("可以不用密码登录", "Signs in without a password")
    owner.press("添加密钥", "Add the key")
    _menu(owner).press("退出登录", "Sign out")
    _with_key(owner)
    _menu(owner).follow("登录保护", "Sign-in protection").follow("管理密钥", "Manage keys")
    key = owner.page.get_by_role("row", name=KEY)
    key.get_by_role("link", name=owner.say("移除", "Remove")).click()
    owner.follow("使用安全密钥", "Use a security key")  # who removes a key shows once more that it is theirs
    owner.press("使用通行密钥或安全密钥", "Use a passkey or security key")
    owner.press("移除密钥", "Remove the key").sees("还没有密钥", "No keys yet")
    _menu(owner).press("退出登录", "Sign out")
    _with_key(owner).sees("可能已被移除", "it may have been removed")
    assert "/login/" in owner.page.url


def _menu(owner: Person) -> Person:
    """Open the menu under the person's name, which only who is signed in has."""
    owner.page.get_by_role("banner").get_by_text(PEOPLE[owner.name][2]).first.click()
    return owner


def _with_key(owner: Person) -> Person:
    """Ask to be let in with the passkey, without a name or a password."""
    return owner.open("/accounts/login/").press("用通行密钥登录", "Sign in with a passkey")
