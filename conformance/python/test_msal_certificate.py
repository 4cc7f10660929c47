"""MSAL for Python with a certificate: both algorithms, as MSAL signs them; refusals first."""

import pytest

from credentials import certificate
from world import CONTOSO, GRAPH, assert_refused, claims, confidential

OURS = certificate()
ANOTHER = certificate()


def ps256(pair):
    """PS256 with the SHA-256 thumbprint and the certificate itself."""
    return {"private_key": pair.key_pem, "public_certificate": pair.pem}


def rs256(pair):
    """RS256 with the SHA-1 thumbprint."""
    return {"private_key": pair.key_pem, "thumbprint": pair.sha1_hex}


@pytest.fixture(scope="module")
def registered(register, directory):
    made = register("Certificate client")
    directory.trust_certificate(made, OURS)
    return made


@pytest.mark.parametrize("form", [ps256, rs256])
def test_a_certificate_that_nobody_registered(registered, form):
    answer = confidential(registered.app_id, form(ANOTHER)).acquire_token_for_client(CONTOSO.everything)
    assert_refused(answer, "invalid_client", 700027)


def test_another_key_under_the_registered_thumbprint(registered):
    mixed = {"private_key": ANOTHER.key_pem, "thumbprint": OURS.sha1_hex}
    answer = confidential(registered.app_id, mixed).acquire_token_for_client(CONTOSO.everything)
    assert_refused(answer, "invalid_client", 700027)


@pytest.mark.parametrize("tenant", [CONTOSO.id, CONTOSO.domain])
@pytest.mark.parametrize("form", [ps256, rs256])
def test_a_token_for_two_resources_with_one_assertion(registered, form, tenant):
    # MSAL sends the assertion of the first request again with the second, and so the same `jti`.
    app = confidential(registered.app_id, form(OURS), tenant)
    for scope in (CONTOSO.everything, [f"{GRAPH}/.default"]):
        answer = app.acquire_token_for_client(scope)
        assert "access_token" in answer, answer
        token = claims(answer["access_token"])
        assert token["appid"] == registered.app_id and token["appidacr"] == "2"


def test_a_certificate_that_is_taken_away(register, directory):
    made = register("Certificate client of yesterday")
    directory.trust_certificate(made, OURS)
    answer = confidential(made.app_id, ps256(OURS)).acquire_token_for_client(CONTOSO.everything)
    assert "access_token" in answer, answer
    directory.change(made, keyCredentials=[])
    answer = confidential(made.app_id, ps256(OURS)).acquire_token_for_client(CONTOSO.everything)
    assert_refused(answer, "invalid_client", 700027)
