"""MSAL for Python, with only its documented settings, against the authority; refusals first."""

import base64
import json
import os

import msal
import pytest
import requests

URL = os.environ["COMMONHOLD_URL"]
TENANT = os.environ["CONTOSO_TENANT_ID"]
DOMAIN = os.environ["CONTOSO_DOMAIN"]
ENVIRONMENT = os.environ["CONTOSO_ENVIRONMENT"]
SCOPE = [ENVIRONMENT + "/.default"]


def application(name="READER", tenant=TENANT, **changes):
    settings = {
        "client_id": os.environ[f"{name}_CLIENT_ID"],
        "client_credential": os.environ[f"{name}_CLIENT_SECRET"],
        "authority": f"{URL}/{tenant}",
        "instance_discovery": False,
    } | changes
    return msal.ConfidentialClientApplication(settings.pop("client_id"), **settings)


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.mark.parametrize(
    "changes, scope, error, code",
    [
        ({"client_credential": "wrong"}, SCOPE, "invalid_client", 7000215),
        ({"client_id": "00000000-0000-4000-8000-000000000001"}, SCOPE, "unauthorized_client", 700016),
        ({}, ["https://nowhere.example/.default"], "invalid_resource", 500011),
        ({}, [ENVIRONMENT + "/user_impersonation"], "invalid_scope", 1002012),
    ],
)
def test_refused(changes, scope, error, code):
    answer = application(**changes).acquire_token_for_client(scope)
    assert answer["error"] == error, answer
    assert code in answer["error_codes"], answer
    assert answer["error_description"].startswith(f"AADSTS{code}:"), answer


def test_a_single_tenant_application_is_refused_in_another_tenant():
    answer = application(tenant=os.environ["FABRIKAM_TENANT_ID"]).acquire_token_for_client(
        [os.environ["FABRIKAM_ENVIRONMENT"] + "/.default"]
    )
    assert answer["error"] == "unauthorized_client" and 700016 in answer["error_codes"], answer


def test_a_multi_tenant_application_is_refused_where_nobody_consented():
    answer = application("VENDOR", os.environ["FABRIKAM_TENANT_ID"]).acquire_token_for_client(
        [os.environ["FABRIKAM_ENVIRONMENT"] + "/.default"]
    )
    assert answer["error"] == "invalid_client" and 7000229 in answer["error_codes"], answer


def test_an_unknown_tenant_is_told_at_discovery():
    with pytest.raises(ValueError):
        application(tenant="nobody.example").acquire_token_for_client(SCOPE)


def test_no_token_on_common():
    answer = application(tenant="common").acquire_token_for_client(SCOPE)
    assert "access_token" not in answer and answer["error"] == "invalid_request", answer


@pytest.mark.parametrize("tenant", [TENANT, DOMAIN])
def test_a_token_with_a_secret(tenant):
    app = application(tenant=tenant)
    answer = app.acquire_token_for_client(SCOPE)
    assert answer.get("token_type") == "Bearer" and int(answer["expires_in"]) > 300, answer
    assert app.acquire_token_for_client(SCOPE)["token_source"] == "cache"
    token = claims(answer["access_token"])
    assert token["aud"].rstrip("/") == ENVIRONMENT
    assert token["tid"] == TENANT
    assert token["appid"] == os.environ["READER_CLIENT_ID"]
    assert token["oid"] == token["sub"] and token["idtyp"] == "app" and "scp" not in token


def test_instance_discovery_by_its_url():
    answer = application(
        instance_discovery=f"{URL}/common/discovery/instance"
    ).acquire_token_for_client(SCOPE)
    assert "access_token" in answer, answer


def test_the_oidc_authority_form():
    answer = application(
        authority=None, oidc_authority=f"{URL}/{TENANT}/v2.0"
    ).acquire_token_for_client(SCOPE)
    assert "access_token" in answer, answer


def test_the_token_reads_what_its_role_allows_and_nothing_else():
    token = application().acquire_token_for_client(SCOPE)["access_token"]
    root = f"{ENVIRONMENT}/api/data/v9.2"
    bearer = {"Authorization": f"Bearer {token}"}
    rows = requests.get(f"{root}/accounts?$select=name&$top=3", headers=bearer, timeout=30)
    assert rows.status_code == 200 and len(rows.json()["value"]) == 3, rows.text
    tasks = requests.get(f"{root}/tasks?$select=subject", headers=bearer, timeout=30)
    assert tasks.status_code == 403 and tasks.json()["error"]["code"] == "0x80040220", tasks.text
    assert "prvReadActivity" in tasks.json()["error"]["message"]


def test_no_token_meets_the_challenge_that_leads_to_the_authority():
    answer = requests.get(f"{ENVIRONMENT}/api/data/v9.2/WhoAmI", timeout=30)
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert f"authorization_uri={URL}/{TENANT}/oauth2/authorize" in challenge, challenge


def test_a_token_of_another_environment_is_refused():
    token = application().acquire_token_for_client(SCOPE)["access_token"]
    answer = requests.get(
        os.environ["FABRIKAM_ENVIRONMENT"] + "/api/data/v9.2/WhoAmI",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 401
