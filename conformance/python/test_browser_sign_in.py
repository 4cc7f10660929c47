"""A browser in which a person signs in and out: by keyboard alone, and without JavaScript; refusals first."""

import os
from urllib.parse import urlencode

import pytest
import requests
from selenium.webdriver.common.keys import Keys

from world import CONTOSO, URL, application, client_id

NO_JAVASCRIPT = {"profile.managed_default_content_settings.javascript": 2}


def begin(callback, **options):
    app = application("VENDOR")
    return app, app.initiate_auth_code_flow(CONTOSO.as_person, redirect_uri=callback.uri, **options)


def test_a_redirect_uri_that_is_not_registered_shows_a_page(browser):
    flow = application("VENDOR").initiate_auth_code_flow(CONTOSO.as_person, redirect_uri="https://thief.example/")
    browser.open(flow["auth_uri"])
    assert "AADSTS50011" in browser.alert().text
    assert browser.driver.current_url.startswith(URL)


def test_the_keyboard_alone_and_a_wrong_password_first(browser, callback):
    app, flow = begin(callback)
    browser.open(flow["auth_uri"])
    browser.wait_for("input[name=loginfmt]")
    named(browser, "loginfmt")
    browser.keys(os.environ["ALICE_UPN"], Keys.ENTER)

    browser.wait_for("input[name=passwd]")
    named(browser, "passwd")
    browser.keys("not my password", Keys.ENTER)
    alert = browser.alert()
    assert "password" in alert.text.lower() and "AADSTS" not in alert.text
    field = named(browser, "passwd")
    assert field.get_attribute("value") == "" and field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == alert.get_attribute("id")

    # The right one, with the button reached by Tab this time.
    browser.keys(os.environ["ALICE_PASSWORD"])
    browser.tab_to(lambda element: element.text == "Sign in")
    browser.keys(Keys.ENTER)
    answer = app.acquire_token_by_auth_code_flow(flow, callback.wait())
    assert answer["id_token_claims"]["oid"] == os.environ["ALICE_OBJECT_ID"], answer


def named(browser, name):
    """The field of this name, which the page gave the focus."""
    focused = browser.driver.switch_to.active_element
    assert focused.get_attribute("name") == name, focused.get_attribute("outerHTML")
    return focused


@pytest.mark.parametrize("browser", [{}, NO_JAVASCRIPT], ids=["javascript", "no_javascript"], indirect=True)
def test_the_answer_as_a_form(browser, callback, request):
    app, flow = begin(callback, response_mode="form_post")
    browser.open(flow["auth_uri"])
    browser.sign_in(os.environ["ALICE_UPN"], os.environ["ALICE_PASSWORD"])
    if "no_javascript" in request.node.name:
        browser.wait_for("input[name=code]")
        browser.press("Continue")
    answer = app.acquire_token_by_auth_code_flow(flow, callback.wait())
    assert answer["id_token_claims"]["oid"] == os.environ["ALICE_OBJECT_ID"], answer


def test_the_pages_hold_no_frame_and_no_foreign_script(callback):
    _, flow = begin(callback)
    answer = requests.get(flow["auth_uri"], timeout=30)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy and "unsafe" not in policy
    assert "no-store" in answer.headers["Cache-Control"]


def test_signing_out(browser, callback):
    app, flow = begin(callback)
    browser.open(flow["auth_uri"])
    browser.sign_in(os.environ["ALICE_UPN"], os.environ["ALICE_PASSWORD"])
    answer = app.acquire_token_by_auth_code_flow(flow, callback.wait())

    _, silent = begin(callback, prompt="none")
    browser.open(silent["auth_uri"])
    assert "code" in callback.wait()

    asked = {
        "post_logout_redirect_uri": callback.uri,
        "state": "bye",
        "client_id": client_id("VENDOR"),
        "id_token_hint": answer["id_token"],
    }
    browser.open(f"{URL}/{CONTOSO.id}/oauth2/v2.0/logout?{urlencode(asked)}")
    assert callback.wait() == {"state": "bye"}

    _, silent = begin(callback, prompt="none")
    browser.open(silent["auth_uri"])
    assert callback.wait()["error"] == "login_required"


def test_signing_out_leads_nowhere_else(browser, callback):
    asked = {"post_logout_redirect_uri": "https://thief.example/", "client_id": client_id("VENDOR")}
    browser.open(f"{URL}/{CONTOSO.id}/oauth2/v2.0/logout?{urlencode(asked)}")
    browser.wait_for("main")
    assert browser.driver.current_url.startswith(URL)
