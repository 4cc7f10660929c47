"""Prints an access token of one demonstration application for contoso's environment, got with MSAL."""

import os
import sys

import msal


def token_for(name: str) -> str:
    app = msal.ConfidentialClientApplication(
        os.environ[f"{name}_CLIENT_ID"],
        client_credential=os.environ[f"{name}_CLIENT_SECRET"],
        authority=f'{os.environ["COMMONHOLD_URL"]}/{os.environ["CONTOSO_TENANT_ID"]}',
        instance_discovery=False,
    )
    answer = app.acquire_token_for_client([os.environ["CONTOSO_ENVIRONMENT"] + "/.default"])
    return answer["access_token"]


if __name__ == "__main__":
    print(token_for(sys.argv[1]))
