"""MSAL for Python on behalf of a person: an API in the middle takes the token that it was sent on to the data service.

The API and what it offers are registered over the directory API, as automation would; refusals first.
"""

import os
import uuid

import pytest

from person import Person
from world import (
    CONTOSO,
    GRAPH,
    application,
    ask,
    assert_refused,
    claims,
    client_id,
    confidential,
    count,
)

REDIRECT_URI = os.environ["VENDOR_REDIRECT_URI"]
SCOPE_ID = str(uuid.uuid4())
OFFERED = {
    "id": SCOPE_ID,
    "value": "access_as_user",
    "type": "User",
    "isEnabled": True,
    "adminConsentDisplayName": "Use the orders API",
    "adminConsentDescription": "Lets the application use the orders API as the signed-in person.",
    "userConsentDisplayName": "Use the orders API",
    "userConsentDescription": "Lets the application use the orders API as you.",
}


@pytest.fixture(scope="module")
def api(register, directory):
    """The API in the middle, with a secret."""
    made = register(
        "Orders API",
        api={"requestedAccessTokenVersion": 2, "oauth2PermissionScopes": [OFFERED]},
        web={"redirectUris": [REDIRECT_URI]},
    )
    directory.change(made, identifierUris=[f"api://{made.app_id}"])
    return made, directory.add_secret(made)


def alices_sign_in(app, scope):
    flow = app.initiate_auth_code_flow([scope], redirect_uri=REDIRECT_URI)
    answer = app.acquire_token_by_auth_code_flow(flow, Person("ALICE").open(flow["auth_uri"], REDIRECT_URI).parameters)
    assert "access_token" in answer, answer
    return answer


@pytest.fixture(scope="module")
def alices(api):
    """What the vendor's application got for the API in alice's name."""
    return alices_sign_in(application("VENDOR"), f"api://{api[0].app_id}/access_as_user")


def middle(api):
    return confidential(api[0].app_id, api[1])


def test_the_token_for_the_api_is_not_good_at_the_data_service(alices):
    assert ask(CONTOSO.environment, "WhoAmI", alices["access_token"]).status_code == 401


def test_a_token_for_somebody_else(api):
    token = application("READER").acquire_token_for_client(CONTOSO.everything)["access_token"]
    assert_refused(middle(api).acquire_token_on_behalf_of(token, CONTOSO.as_person), "invalid_grant", 50013)


def test_an_applications_own_token(api):
    asked = [f"api://{api[0].app_id}/.default"]
    token = application("VENDOR").acquire_token_for_client(asked)
    assert "access_token" in token, token
    answer = middle(api).acquire_token_on_behalf_of(token["access_token"], CONTOSO.as_person)
    assert_refused(answer, "invalid_grant", 50013)


def test_an_id_token(api, alices):
    others = middle(api).acquire_token_on_behalf_of(alices["id_token"], CONTOSO.as_person)
    assert_refused(others, "invalid_grant", 50013)
    # Its audience is the API, as that of an access token is.
    own = alices_sign_in(middle(api), f"{GRAPH}/User.Read")["id_token"]
    answer = middle(api).acquire_token_on_behalf_of(own, CONTOSO.as_person)
    assert_refused(answer, "invalid_grant", 240002)


def test_a_broken_token(api, alices):
    token = alices["access_token"]
    broken = token[:-8] + ("AAAAAAAA" if not token.endswith("AAAAAAAA") else "BBBBBBBB")
    assert_refused(middle(api).acquire_token_on_behalf_of(broken, CONTOSO.as_person), "invalid_grant", 50013)


def test_the_api_reads_what_the_person_may(api, alices):
    sent = claims(alices["access_token"])
    assert sent["aud"] == api[0].app_id and sent["ver"] == "2.0" and sent["azp"] == client_id("VENDOR")

    answer = middle(api).acquire_token_on_behalf_of(alices["access_token"], CONTOSO.as_person)
    assert "access_token" in answer, answer
    token = claims(answer["access_token"])
    assert token["appid"] == api[0].app_id and token["scp"] == "user_impersonation"
    assert token["oid"] == os.environ["ALICE_OBJECT_ID"]

    deployer = application("DEPLOYER").acquire_token_for_client(CONTOSO.everything)["access_token"]
    hers = count(CONTOSO.environment, "accounts", answer["access_token"])
    assert 0 < hers < count(CONTOSO.environment, "accounts", deployer)
