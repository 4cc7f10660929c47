"""The directory API as automation uses it: plain requests with a token that azure-identity got."""

import base64
from dataclasses import dataclass

import requests
from azure.identity import ClientSecretCredential

from world import GRAPH, URL, client_id, client_secret


@dataclass(frozen=True)
class Registered:
    """An application that a test registered: object id, client id, and its service principal's object id."""

    id: str
    app_id: str
    principal: str


class Directory:
    """The directory of one tenant, in the hands of an application there."""

    def __init__(self, tenant, application):
        self._credential = ClientSecretCredential(
            tenant.id,
            client_id(application),
            client_secret(application),
            authority=URL,
            disable_instance_discovery=True,
        )

    def ask(self, method, path, body=None, **headers):
        """One request; gives the answer whatever its status."""
        token = self._credential.get_token(f"{GRAPH}/.default").token
        headers = {"Authorization": f"Bearer {token}"} | headers
        return requests.request(method, f"{URL}/v1.0{path}", json=body, headers=headers, timeout=30)

    def call(self, method, path, body=None):
        """One request that must succeed; gives its JSON, or nothing for 204."""
        answer = self.ask(method, path, body)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def register(self, name, **properties):
        """An application and its service principal."""
        wanted = {"displayName": name, "signInAudience": "AzureADMyOrg"} | properties
        made = self.call("POST", "/applications", wanted)
        principal = self.call("POST", "/servicePrincipals", {"appId": made["appId"]})
        return Registered(made["id"], made["appId"], principal["id"])

    def change(self, registered, **properties):
        """Changes an application."""
        self.call("PATCH", f"/applications/{registered.id}", properties)

    def delete(self, registered):
        """Deletes an application, and with it its service principals."""
        self.call("DELETE", f"/applications/{registered.id}")

    def add_secret(self, registered):
        """A new secret of an application."""
        asked = {"passwordCredential": {"displayName": "conformance"}}
        return self.call("POST", f"/applications/{registered.id}/addPassword", asked)["secretText"]

    def trust_certificate(self, registered, certificate):
        """Registers a certificate, instead of all that there were."""
        self.change(
            registered,
            keyCredentials=[
                {
                    "type": "AsymmetricX509Cert",
                    "usage": "Verify",
                    "key": base64.b64encode(certificate.der).decode(),
                    "displayName": "CN=conformance",
                }
            ],
        )

    def trust_issuer(self, registered, issuer, subject):
        """Registers a federated identity credential."""
        wanted = {
            "name": "conformance",
            "issuer": issuer,
            "subject": subject,
            "audiences": ["api://AzureADTokenExchange"],
        }
        self.call("POST", f"/applications/{registered.id}/federatedIdentityCredentials", wanted)

    def principal_of(self, app_id):
        """The object id of an application's service principal in this tenant; none where nobody consented."""
        found = self.call("GET", f"/servicePrincipals?$filter=appId eq '{app_id}'")["value"]
        return found[0]["id"] if found else None
