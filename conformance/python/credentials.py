"""Credentials beside secrets: a self-signed certificate, and an OpenID issuer whose tokens an application presents."""

import datetime
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True)
class Certificate:
    """A key and its certificate, in the forms that the clients take."""

    key_pem: str
    pem: str
    der: bytes
    sha1_hex: str


def certificate():
    """A new self-signed certificate, good for a day."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "conformance")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(
        key_pem.decode(),
        made.public_bytes(serialization.Encoding.PEM).decode(),
        made.public_bytes(serialization.Encoding.DER),
        made.fingerprint(hashes.SHA1()).hex(),
    )


class Issuer:
    """An OpenID issuer on the loopback interface, as a platform is that gives its workloads tokens."""

    def __init__(self):
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._pages())
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def token(self, subject, audience="api://AzureADTokenExchange", key=None):
        """A token of a workload; with another key it is a forgery."""
        now = int(time.time())
        said = {"iss": self.url, "sub": subject, "aud": audience, "iat": now, "nbf": now, "exp": now + 600}
        return jwt.encode(said, key or self._key, algorithm="RS256", headers={"kid": "workloads"})

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _pages(issuer):
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self):
                pages = {
                    "/.well-known/openid-configuration": issuer._metadata,
                    "/keys": issuer._keys,
                }
                page = pages.get(self.path)
                body = json.dumps(page() if page else {}).encode()
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Pages

    def _metadata(self):
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [public | {"kid": "workloads", "use": "sig", "alg": "RS256"}]}
