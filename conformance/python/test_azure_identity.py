"""azure-identity for Python: each credential that an application of its own can have; refusals first."""

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    EnvironmentCredential,
    WorkloadIdentityCredential,
)
from cryptography.hazmat.primitives.asymmetric import rsa

from credentials import Issuer, certificate
from world import CONTOSO, URL, ask, claims, client_id, client_secret

[SCOPE] = CONTOSO.everything
HERE = {"authority": URL, "disable_instance_discovery": True}
SUBJECT = "repo:northwind/orders:ref:refs/heads/main"


@pytest.fixture(scope="module")
def issuer():
    running = Issuer()
    yield running
    running.close()


@pytest.fixture(scope="module")
def workload(register, directory, issuer):
    """An application that trusts the issuer's tokens for one subject."""
    made = register("Workload")
    directory.trust_issuer(made, issuer.url, SUBJECT)
    return made


def refused(credential, *codes):
    with pytest.raises(ClientAuthenticationError) as raised:
        credential.get_token(SCOPE)
    assert any(f"AADSTS{code}:" in raised.value.message for code in codes), raised.value.message


def is_good(token):
    said = claims(token.token)
    assert said["tid"] == CONTOSO.id and said["idtyp"] == "app"
    return said


def test_a_wrong_secret():
    refused(ClientSecretCredential(CONTOSO.id, client_id("READER"), "wrong", **HERE), 7000215)


@pytest.mark.parametrize("tenant", [CONTOSO.id, CONTOSO.domain])
def test_client_secret(tenant):
    credential = ClientSecretCredential(tenant, client_id("READER"), client_secret("READER"), **HERE)
    token = credential.get_token(SCOPE)
    is_good(token)
    assert ask(CONTOSO.environment, "accounts?$top=1", token.token).status_code == 200


def test_environment(monkeypatch):
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", URL)
    monkeypatch.setenv("AZURE_TENANT_ID", CONTOSO.id)
    monkeypatch.setenv("AZURE_CLIENT_ID", client_id("READER"))
    monkeypatch.setenv("AZURE_CLIENT_SECRET", client_secret("READER"))
    is_good(EnvironmentCredential(disable_instance_discovery=True).get_token(SCOPE))


def test_certificate(register, directory, tmp_path):
    ours, another = certificate(), certificate()
    made = register("Certificate client of azure-identity")
    directory.trust_certificate(made, ours)
    files = {pair: tmp_path / f"{pair.sha1_hex}.pem" for pair in (ours, another)}
    for pair, file in files.items():
        file.write_text(pair.key_pem + pair.pem)

    refused(CertificateCredential(CONTOSO.id, made.app_id, str(files[another]), **HERE), 700027)
    for chain in (False, True):
        credential = CertificateCredential(
            CONTOSO.id, made.app_id, str(files[ours]), send_certificate_chain=chain, **HERE
        )
        assert is_good(credential.get_token(SCOPE))["appidacr"] == "2"


def test_the_issuers_token_for_another_subject(workload, issuer):
    assertion = issuer.token("repo:northwind/orders:pull_request")
    refused(ClientAssertionCredential(CONTOSO.id, workload.app_id, lambda: assertion, **HERE), 700213, 70021)


def test_the_issuers_token_for_another_audience(workload, issuer):
    assertion = issuer.token(SUBJECT, audience="https://elsewhere.example")
    refused(ClientAssertionCredential(CONTOSO.id, workload.app_id, lambda: assertion, **HERE), 700212, 7002121)


def test_a_token_in_the_issuers_name_with_another_key(workload, issuer):
    forged = issuer.token(SUBJECT, key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
    refused(ClientAssertionCredential(CONTOSO.id, workload.app_id, lambda: forged, **HERE), 700027)


def test_an_issuer_that_is_not_trusted(workload):
    stranger = Issuer()
    assertion = stranger.token(SUBJECT)
    refused(ClientAssertionCredential(CONTOSO.id, workload.app_id, lambda: assertion, **HERE), 700211, 70021)
    stranger.close()


def test_client_assertion(workload, issuer):
    assertion = issuer.token(SUBJECT)
    credential = ClientAssertionCredential(CONTOSO.id, workload.app_id, lambda: assertion, **HERE)
    assert is_good(credential.get_token(SCOPE))["appid"] == workload.app_id


def test_workload_identity(workload, issuer, tmp_path):
    file = tmp_path / "token"
    file.write_text(issuer.token(SUBJECT))
    credential = WorkloadIdentityCredential(
        tenant_id=CONTOSO.id, client_id=workload.app_id, token_file_path=str(file), **HERE
    )
    assert is_good(credential.get_token(SCOPE))["appid"] == workload.app_id
