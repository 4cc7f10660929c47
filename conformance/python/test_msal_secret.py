"""MSAL for Python with a client secret: an application that acts for itself; refusals first."""

import pytest
import requests

from world import CONTOSO, FABRIKAM, URL, application, ask, assert_refused, claims, client_id


@pytest.mark.parametrize(
    "changes, scope, error, code",
    [
        ({"secret": "wrong"}, CONTOSO.everything, "invalid_client", 7000215),
        ({"client": "00000000-0000-4000-8000-000000000001"}, CONTOSO.everything, "unauthorized_client", 700016),
        ({}, ["https://nowhere.example/.default"], "invalid_resource", 500011),
        ({}, CONTOSO.as_person, "invalid_scope", 1002012),
    ],
)
def test_refused(changes, scope, error, code):
    assert_refused(application("READER", **changes).acquire_token_for_client(scope), error, code)


def test_a_single_tenant_application_is_refused_in_another_tenant():
    answer = application("READER", FABRIKAM.id).acquire_token_for_client(FABRIKAM.everything)
    assert_refused(answer, "unauthorized_client", 700016)


@pytest.mark.usefixtures("no_consent")
def test_a_multi_tenant_application_is_refused_where_nobody_consented():
    answer = application("VENDOR", FABRIKAM.id).acquire_token_for_client(FABRIKAM.everything)
    assert_refused(answer, "invalid_client", 7000229)


def test_an_unknown_tenant_is_told_at_discovery():
    with pytest.raises(ValueError):
        application("READER", "nobody.example").acquire_token_for_client(CONTOSO.everything)


def test_no_token_on_common():
    answer = application("READER", "common").acquire_token_for_client(CONTOSO.everything)
    assert "access_token" not in answer and answer["error"] == "invalid_request", answer


@pytest.mark.parametrize("tenant", [CONTOSO.id, CONTOSO.domain])
def test_a_token_with_a_secret(tenant):
    app = application("READER", tenant)
    answer = app.acquire_token_for_client(CONTOSO.everything)
    assert answer.get("token_type") == "Bearer" and int(answer["expires_in"]) > 300, answer
    assert app.acquire_token_for_client(CONTOSO.everything)["token_source"] == "cache"
    token = claims(answer["access_token"])
    assert token["aud"].rstrip("/") == CONTOSO.environment
    assert token["tid"] == CONTOSO.id
    assert token["appid"] == client_id("READER") and token["appidacr"] == "1"
    assert token["oid"] == token["sub"] and token["idtyp"] == "app" and "scp" not in token


def test_instance_discovery_by_its_url():
    app = application("READER", instance_discovery=f"{URL}/common/discovery/instance")
    answer = app.acquire_token_for_client(CONTOSO.everything)
    assert "access_token" in answer, answer


def test_the_oidc_authority_form():
    app = application("READER", authority=None, oidc_authority=f"{URL}/{CONTOSO.id}/v2.0")
    answer = app.acquire_token_for_client(CONTOSO.everything)
    assert "access_token" in answer, answer


def test_the_token_reads_what_its_role_allows_and_nothing_else():
    token = application("READER").acquire_token_for_client(CONTOSO.everything)["access_token"]
    rows = ask(CONTOSO.environment, "accounts?$select=name&$top=3", token)
    assert rows.status_code == 200 and len(rows.json()["value"]) == 3, rows.text
    tasks = ask(CONTOSO.environment, "tasks?$select=subject", token)
    assert tasks.status_code == 403 and tasks.json()["error"]["code"] == "0x80040220", tasks.text
    assert "prvReadActivity" in tasks.json()["error"]["message"]


def test_no_token_meets_the_challenge_that_leads_to_the_authority():
    answer = requests.get(f"{CONTOSO.environment}/api/data/v9.2/WhoAmI", timeout=30)
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert f"authorization_uri={URL}/{CONTOSO.id}/oauth2/authorize" in challenge, challenge


def test_a_token_of_another_environment_is_refused():
    token = application("READER").acquire_token_for_client(CONTOSO.everything)["access_token"]
    assert ask(FABRIKAM.environment, "WhoAmI", token).status_code == 401
