"""MSAL for Python with the authorization code flow: a person signs in; refusals first."""

import os

import msal
import pytest
import requests

from person import Person
from world import CONTOSO, GRAPH, URL, application, ask, assert_refused, claims, client_id, count

REDIRECT_URI = os.environ["VENDOR_REDIRECT_URI"]


def begin(app, **options):
    return app.initiate_auth_code_flow(CONTOSO.as_person, redirect_uri=REDIRECT_URI, **options)


def test_a_redirect_uri_that_is_not_registered_is_told_to_the_person_only():
    flow = application("VENDOR").initiate_auth_code_flow(CONTOSO.as_person, redirect_uri="https://thief.example/")
    answer = requests.get(flow["auth_uri"], allow_redirects=False, timeout=30)
    assert answer.status_code == 400 and "AADSTS50011" in answer.text
    assert "thief.example" not in answer.headers.get("Location", "")


def test_nobody_is_signed_in_and_no_page_may_be_shown():
    flow = begin(application("VENDOR"), prompt="none", state="s1")
    outcome = Person("ALICE").open(flow["auth_uri"], REDIRECT_URI)
    assert outcome.pages_seen == 0
    assert outcome.parameters["error"] == "login_required", outcome.parameters
    assert outcome.parameters["state"] == "s1"
    assert "AADSTS50058" in outcome.parameters["error_description"]


def test_a_wrong_password():
    flow = begin(application("VENDOR"))
    with pytest.raises(AssertionError, match="(?i)password"):
        Person("BOB").open(flow["auth_uri"], REDIRECT_URI, passwd="wrong")


def test_a_person_of_another_tenant():
    flow = begin(application("VENDOR"))
    with pytest.raises(AssertionError, match="AADSTS50020|does not exist|other organization"):
        Person("FABRIKAM_ADMIN").open(flow["auth_uri"], REDIRECT_URI)


def test_another_verifier_than_the_challenge_came_from():
    app = application("VENDOR")
    flow = begin(app)
    outcome = Person("ALICE").open(flow["auth_uri"], REDIRECT_URI)
    flow["code_verifier"] = "v" * 43
    assert_refused(app.acquire_token_by_auth_code_flow(flow, outcome.parameters), "invalid_grant", 501481)


def test_a_code_is_good_once():
    app = application("VENDOR")
    flow = begin(app)
    outcome = Person("ALICE").open(flow["auth_uri"], REDIRECT_URI)
    assert "access_token" in app.acquire_token_by_auth_code_flow(flow, outcome.parameters)
    again = application("VENDOR").acquire_token_by_auth_code_flow(flow, outcome.parameters)
    assert_refused(again, "invalid_grant", 54005)


@pytest.mark.parametrize(
    "tenant, response_mode",
    [(CONTOSO.id, "query"), (CONTOSO.domain, "form_post"), ("organizations", "fragment"), ("common", "form_post")],
)
def test_a_person_signs_in(tenant, response_mode):
    app = application("VENDOR", tenant)
    flow = begin(app, response_mode=response_mode, login_hint=os.environ["ALICE_UPN"])
    outcome = Person("ALICE").open(flow["auth_uri"], REDIRECT_URI)
    answer = app.acquire_token_by_auth_code_flow(flow, outcome.parameters)
    assert answer.get("token_type") == "Bearer" and answer.get("refresh_token"), answer

    person = answer["id_token_claims"]
    assert person["aud"] == client_id("VENDOR")
    assert person["iss"] == f"{URL}/{CONTOSO.id}/v2.0"
    assert person["oid"] == os.environ["ALICE_OBJECT_ID"]
    assert person["preferred_username"] == os.environ["ALICE_UPN"]
    [account] = app.get_accounts()
    assert account["home_account_id"] == f"{person['oid']}.{person['tid']}"

    token = claims(answer["access_token"])
    assert token["scp"] == "user_impersonation" and token["oid"] == person["oid"]
    assert token["sub"] != token["oid"] and token["amr"] == ["pwd"]


def test_the_token_does_what_the_person_may():
    app = application("VENDOR")
    flow = begin(app)
    outcome = Person("ALICE").open(flow["auth_uri"], REDIRECT_URI)
    token = app.acquire_token_by_auth_code_flow(flow, outcome.parameters)["access_token"]
    deployer = application("DEPLOYER").acquire_token_for_client(CONTOSO.everything)["access_token"]
    hers, all_rows = (count(CONTOSO.environment, "accounts", one) for one in (token, deployer))
    assert 0 < hers < all_rows
    assert ask(CONTOSO.environment, "systemusers?$select=fullname", token).status_code == 403


def test_a_refresh_token_for_another_resource_and_the_session_without_a_page():
    app, alice = application("VENDOR"), Person("ALICE")
    flow = begin(app)
    first = app.acquire_token_by_auth_code_flow(flow, alice.open(flow["auth_uri"], REDIRECT_URI).parameters)
    [account] = app.get_accounts()

    graph = app.acquire_token_silent([f"{GRAPH}/User.Read"], account)
    assert graph and "User.Read" in claims(graph["access_token"])["scp"].split(), graph
    bearer = {"Authorization": f"Bearer {graph['access_token']}"}
    me = requests.get(f"{URL}/v1.0/me", headers=bearer, timeout=30)
    assert me.status_code == 200 and me.json()["userPrincipalName"] == os.environ["ALICE_UPN"], me.text
    assert ask(CONTOSO.environment, "WhoAmI", graph["access_token"]).status_code == 401

    flow = begin(app, prompt="none")
    outcome = alice.open(flow["auth_uri"], REDIRECT_URI)
    assert outcome.pages_seen == 0
    second = app.acquire_token_by_auth_code_flow(flow, outcome.parameters)
    assert second["id_token_claims"]["sub"] == first["id_token_claims"]["sub"]


def test_a_public_client_signs_in_without_a_secret(register):
    made = register("Desktop client", publicClient={"redirectUris": ["http://localhost"]})
    app = msal.PublicClientApplication(made.app_id, authority=f"{URL}/{CONTOSO.id}", instance_discovery=False)
    flow = app.initiate_auth_code_flow(CONTOSO.as_person, redirect_uri="http://localhost:5001")
    outcome = Person("ALICE").open(flow["auth_uri"], "http://localhost:5001")
    answer = app.acquire_token_by_auth_code_flow(flow, outcome.parameters)
    assert "access_token" in answer, answer
    assert claims(answer["access_token"])["appidacr"] == "0"
