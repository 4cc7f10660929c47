"""A browser in which a subscriber's administrator lets a vendor in and takes it back; refusals first."""

import os
import time
from urllib.parse import urlencode

import pytest
import requests

from world import CONTOSO, FABRIKAM, URL, application, ask, assert_refused, client_id

pytestmark = pytest.mark.usefixtures("no_consent")


def admin_consent(callback, tenant="organizations"):
    asked = {
        "client_id": client_id("VENDOR"),
        "scope": FABRIKAM.everything[0],
        "redirect_uri": callback.uri,
        "state": "s1",
    }
    return f"{URL}/{tenant}/v2.0/adminconsent?{urlencode(asked)}"


def sign_in_as_administrator(browser):
    browser.sign_in(os.environ["FABRIKAM_ADMIN_UPN"], os.environ["FABRIKAM_ADMIN_PASSWORD"])
    browser.wait_for("button[name=consent]")


def vendors_token():
    return application("VENDOR", FABRIKAM.id).acquire_token_for_client(FABRIKAM.everything)


def test_a_person_who_is_no_administrator(browser, callback):
    browser.open(admin_consent(callback, CONTOSO.id))
    browser.sign_in(os.environ["ALICE_UPN"], os.environ["ALICE_PASSWORD"])
    assert "AADSTS90094" in browser.alert().text


def test_the_administrator_cancels(browser, callback):
    browser.open(admin_consent(callback))
    sign_in_as_administrator(browser)
    browser.press("Cancel")
    answer = callback.wait()
    assert answer["error"] == "consent_required" and "AADSTS65004" in answer["error_description"], answer
    assert answer["state"] == "s1" and answer["admin_consent"] == "True"
    assert_refused(vendors_token(), "invalid_client", 7000229)


def test_a_person_cancels_at_the_consent_of_a_sign_in(browser, callback):
    flow = application("VENDOR", "organizations").initiate_auth_code_flow(
        FABRIKAM.as_person, redirect_uri=callback.uri, state="s2"
    )
    browser.open(flow["auth_uri"])
    sign_in_as_administrator(browser)
    browser.press("Cancel")
    answer = callback.wait()
    assert answer["error"] == "access_denied" and answer["state"] == "s2", answer
    assert answer["error_subcode"] == "cancel" and "code" not in answer
    assert_refused(vendors_token(), "invalid_client", 7000229)


def test_the_administrator_lets_the_vendor_in_and_takes_it_back(browser, callback, fabrikam_directory, capsys):
    assert_refused(vendors_token(), "invalid_client", 7000229)

    browser.open(admin_consent(callback))
    sign_in_as_administrator(browser)
    page = browser.text()
    for said in ("Northwind Orders", "Northwind Traders", CONTOSO.domain, "Dataverse", "business data", "Fabrikam"):
        assert said in page, f"{said!r} is not in {page!r}"
    environments = browser.wait_for(".environments").text
    assert "fabrikam" in environments.lower() or FABRIKAM.environment in environments, environments
    browser.press("Accept")
    answer = callback.wait()
    assert answer["admin_consent"] == "True" and answer["tenant"] == FABRIKAM.id, answer
    assert answer["state"] == "s1" and "error" not in answer

    token = vendors_token()
    assert "access_token" in token, token
    token = token["access_token"]
    # Trusted by the tenant, and nobody in the environment yet.
    assert ask(FABRIKAM.environment, "accounts?$top=1", token).status_code == 403
    make_application_user(client_id("VENDOR"))
    rows = ask(FABRIKAM.environment, "accounts?$select=name&$top=3", token)
    assert rows.status_code == 200 and len(rows.json()["value"]) == 3, rows.text
    assert ask(FABRIKAM.environment, "contacts?$top=1", token).status_code == 403

    principal = fabrikam_directory.principal_of(client_id("VENDOR"))
    fabrikam_directory.call("DELETE", f"/servicePrincipals/{principal}")
    seconds = seconds_until_refused(token)
    with capsys.disabled():
        print(f" refused {seconds * 1000:.0f} ms after consent was withdrawn ", end="")
    assert seconds < 1
    assert_refused(vendors_token(), "invalid_client", 7000229)


def make_application_user(app_id):
    """Fabrikam's deployer gives the vendor's application a user that reads accounts."""
    deployer = application("FABRIKAM_DEPLOYER", FABRIKAM.id)
    token = deployer.acquire_token_for_client(FABRIKAM.everything)["access_token"]

    def call(method, path, **request):
        answer = ask(FABRIKAM.environment, path, token, method, **request)
        assert answer.ok, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def created(path, row):
        return call("POST", path, json=row, headers={"Prefer": "return=representation"})

    if call("GET", f"systemusers?$select=applicationid&$filter=applicationid eq {app_id}")["value"]:
        return  # a run before this one made it: the environment keeps its users when consent goes
    unit = call("GET", "WhoAmI")["BusinessUnitId"]
    in_unit = {"businessunitid@odata.bind": f"/businessunits({unit})"}
    [privilege] = call("GET", "privileges?$select=privilegeid&$filter=name eq 'prvReadAccount'")["value"]
    role = created("roles", {"name": "Orders", **in_unit})["roleid"]
    held = {
        "PrivilegeId": privilege["privilegeid"],
        "PrivilegeName": "prvReadAccount",
        "Depth": "Global",
        "BusinessUnitId": unit,
    }
    call("POST", f"roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole", json={"Privileges": [held]})
    user = created("systemusers", {"applicationid": app_id, **in_unit})["systemuserid"]
    call("POST", f"systemusers({user})/systemuserroles_association/$ref", json={"@odata.id": f"/roles({role})"})


def seconds_until_refused(token, most=5):
    """Asks the data service again and again with a token that has not expired."""
    url = f"{FABRIKAM.environment}/api/data/v9.2/accounts?$top=1"
    with requests.Session() as session:
        begun = time.monotonic()
        while time.monotonic() - begun < most:
            status = session.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code
            if status == 401:
                return time.monotonic() - begun
            assert status == 200, status
            time.sleep(0.02)
    raise AssertionError(f"still served after {most} s")
