"""The demonstration world as `demo.env` tells it, and its applications as MSAL has them."""

import base64
import json
import os
from dataclasses import dataclass

import msal
import requests

URL = os.environ["COMMONHOLD_URL"]
GRAPH = "https://graph.microsoft.com"


@dataclass(frozen=True)
class Tenant:
    """An organization: its tenant and its environment."""

    id: str
    domain: str
    environment: str

    @property
    def everything(self):
        """The scope of an application that acts for itself, as the list that MSAL wants."""
        return [self.environment + "/.default"]

    @property
    def as_person(self):
        """The scope of an application that acts for a person."""
        return [self.environment + "/user_impersonation"]


def _tenant(name):
    return Tenant(*(os.environ[f"{name}_{key}"] for key in ("TENANT_ID", "DOMAIN", "ENVIRONMENT")))


CONTOSO = _tenant("CONTOSO")
FABRIKAM = _tenant("FABRIKAM")


def client_id(name):
    return os.environ[f"{name}_CLIENT_ID"]


def client_secret(name):
    return os.environ[f"{name}_CLIENT_SECRET"]


def confidential(client, credential, tenant=CONTOSO.id, **changes):
    """An application of MSAL that proves itself; `tenant` is an id, a domain or an alias."""
    settings = {"authority": f"{URL}/{tenant}", "instance_discovery": False} | changes
    return msal.ConfidentialClientApplication(client, client_credential=credential, **settings)


def application(name, tenant=CONTOSO.id, **changes):
    """An application of the demonstration world, by the name that `demo.env` gives it."""
    client = changes.pop("client", client_id(name))
    secret = changes.pop("secret", client_secret(name))
    return confidential(client, secret, tenant, **changes)


def claims(token):
    """What a token says; its signature is the server's business and openid-client's."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def ask(environment, path, token, method="GET", **request):
    """A request of the data service."""
    headers = {"Authorization": f"Bearer {token}"} | request.pop("headers", {})
    url = f"{environment}/api/data/v9.2/{path}"
    return requests.request(method, url, headers=headers, timeout=30, **request)


def count(environment, path, token):
    """How many rows the caller of a token sees."""
    answer = ask(environment, f"{path}/$count", token)
    assert answer.status_code == 200, answer.text
    return int(answer.text.lstrip("\ufeff"))


def assert_refused(answer, error, code):
    """An answer of MSAL that carries this OAuth error and AADSTS code."""
    assert answer.get("error") == error and code in answer["error_codes"], answer
    assert answer["error_description"].startswith(f"AADSTS{code}:"), answer
