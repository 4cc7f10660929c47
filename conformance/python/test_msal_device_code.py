"""MSAL for Python with the device code flow: the device shows a code, the person answers elsewhere; refusals first."""

import os

import msal
import pytest

from person import Person
from world import CONTOSO, URL, application, claims, client_id, count


@pytest.fixture(scope="module")
def device(register):
    """A public client, as a program on a device is."""
    made = register("Device", isFallbackPublicClient=True)
    return msal.PublicClientApplication(made.app_id, authority=f"{URL}/{CONTOSO.id}", instance_discovery=False)


def begin(device):
    flow = device.initiate_device_flow(CONTOSO.as_person)
    assert flow.get("user_code"), flow
    assert flow["user_code"] in flow["message"] and flow["verification_uri"] in flow["message"]
    return flow


def poll_once(device, flow):
    return device.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)


def test_a_client_that_keeps_a_secret_does_not_start_without_it():
    app = msal.PublicClientApplication(client_id("READER"), authority=f"{URL}/{CONTOSO.id}", instance_discovery=False)
    flow = app.initiate_device_flow(CONTOSO.as_person)
    answer = poll_once(app, flow) if "device_code" in flow else flow
    assert "access_token" not in answer and answer["error"] == "invalid_client", answer


def test_nobody_has_answered_yet(device):
    answer = poll_once(device, begin(device))
    assert answer["error"] == "authorization_pending" and 70016 in answer["error_codes"], answer


def test_the_person_says_no(device):
    flow = begin(device)
    Person("ALICE").open(flow["verification_uri"], user_code=flow["user_code"], press=["cancel"])
    answer = poll_once(device, flow)
    assert answer["error"] == "authorization_declined", answer


def test_a_code_that_no_device_shows(device):
    begin(device)
    with pytest.raises(AssertionError, match="(?i)code"):
        Person("ALICE").open(f"{URL}/device", user_code="ZZZZZZZZ")


def test_the_person_says_yes(device):
    flow = begin(device)
    outcome = Person("ALICE").open(flow["verification_uri"], user_code=flow["user_code"].lower())
    assert outcome.status == 200, outcome.page
    answer = device.acquire_token_by_device_flow(flow)
    assert "access_token" in answer, answer
    token = claims(answer["access_token"])
    assert token["oid"] == os.environ["ALICE_OBJECT_ID"] and token["appidacr"] == "0"

    deployer = application("DEPLOYER").acquire_token_for_client(CONTOSO.everything)["access_token"]
    hers = count(CONTOSO.environment, "accounts", answer["access_token"])
    assert 0 < hers < count(CONTOSO.environment, "accounts", deployer)

    again = poll_once(device, flow)
    assert "access_token" not in again and again["error"] in ("invalid_grant", "bad_verification_code"), again
