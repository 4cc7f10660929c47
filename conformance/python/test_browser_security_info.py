"""A person sets up an authenticator app and adds a passkey on the page of security info, and signs in with them."""

import base64
import hmac
import os
import time
import uuid

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from world import URL, application

NO_JAVASCRIPT = {"profile.managed_default_content_settings.javascript": 2}


@pytest.fixture
def person(directory):
    """Somebody new, who has a password and nothing else."""
    name = f"key-{uuid.uuid4().hex[:8]}"
    password = uuid.uuid4().hex
    made = directory.call(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": name,
            "mailNickname": name,
            "userPrincipalName": f"{name}@{os.environ['ALICE_UPN'].split('@')[1]}",
            "passwordProfile": {"password": password, "forceChangePasswordNextSignIn": False},
        },
    )
    yield made["userPrincipalName"], password
    directory.call("DELETE", f"/users/{made['id']}")


def code(secret, steps=0):
    """The code that an app shows (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", ""))
    step = int(time.time()) // 30 + steps
    tag = hmac.new(key, step.to_bytes(8, "big"), "sha1").digest()
    at = tag[-1] & 15
    return f"{(int.from_bytes(tag[at:at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def visit(browser, name, password):
    browser.open(f"{URL}/security-info")
    browser.sign_in(name, password)
    browser.wait_for("#endAll")


def begin(browser, callback):
    app = application("VENDOR")
    flow = app.initiate_auth_code_flow([], redirect_uri=callback.uri, prompt="login")
    browser.open(flow["auth_uri"])
    return app, flow


@pytest.mark.parametrize("browser", [{}, NO_JAVASCRIPT], ids=["javascript", "no_javascript"], indirect=True)
def test_an_authenticator_app(browser, person, request):
    name, password = person
    visit(browser, name, password)
    if "no_javascript" in request.node.name:
        assert "needs JavaScript" in browser.text()
    browser.press("Set up an app")
    assert browser.wait_for("svg.qr")
    secret = browser.wait_for("#secret").text
    browser.fill("otc", "000000")
    browser.press("Confirm")
    assert "not right" in browser.alert().text
    browser.fill("otc", code(secret))
    browser.press("Confirm")
    browser.wait_for(".codes")
    recovery = [one.text for one in browser.driver.find_elements(By.CSS_SELECTOR, ".codes code")]
    assert len(recovery) == 10

    # The next code, since the first is used up: an app's clock may be a step ahead.
    browser.open(f"{URL}/security-info")
    browser.fill("passwd", password)
    browser.press("Sign in")
    browser.fill("otc", code(secret, steps=1))
    browser.press("Verify")
    browser.wait_for("#removeApp")
    browser.press("Remove the app")
    browser.wait_for("#addApp")
    assert "removed" in browser.text()


def test_a_passkey(browser, callback, person):
    name, password = person
    options = VirtualAuthenticatorOptions(
        protocol="ctap2",
        transport="internal",
        has_resident_key=True,
        has_user_verification=True,
        is_user_verified=True,
    )
    browser.driver.add_virtual_authenticator(options)
    visit(browser, name, password)
    browser.fill("passkey_name", "Laptop")
    browser.press("Add a passkey")
    assert len(browser.wait_for(".codes").find_elements(By.CSS_SELECTOR, "code")) == 10

    # Somebody who does not touch it.
    browser.driver.set_user_verified(False)
    begin(browser, callback)
    browser.wait_for("#idPasskey").click()
    assert "No passkey" in browser.wait_for("#passkeyError:not([hidden])").text

    # Without name or password.
    browser.driver.set_user_verified(True)
    browser.open(f"{URL}/common/oauth2/v2.0/logout")
    browser.open(f"{URL}/security-info")
    browser.wait_for("#idPasskey").click()
    browser.wait_for("#endAll")
    assert "Laptop" in browser.text() and name in browser.text()

    # Behind the password, and away with it.
    browser.open(f"{URL}/common/oauth2/v2.0/logout")
    browser.open(f"{URL}/security-info")
    browser.sign_in(name, password)
    browser.wait_for("input[name=otc]")
    browser.press("Sign in with a passkey")
    browser.wait_for("#endAll")
    browser.driver.find_element(By.CSS_SELECTOR, "button[name=remove-passkey]").click()
    browser.wait_for("[role=status]")
    assert "The passkey was removed." in browser.text()
