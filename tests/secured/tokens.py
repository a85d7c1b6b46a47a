"""A token service over HTTPS on the loopback interface: OAuth's client credentials, and what can go wrong with them."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.secured.authority import Certificate

ISSUER, AUDIENCE = "https://issuer.test", "kafka"
CLIENT_ID, CLIENT_SECRET = "oauth-user", "client-secret-of-the-test"
_KEY_ID = "key-1"


class Source:
    """Tokens for `oauth_cb`, which Airflow finds by its dotted path: what the service that was made last gives."""

    service: TokenService

    @classmethod
    def token(cls, config: str) -> tuple[str, float]:
        """confluent_kafka's oauth_cb: a token, and when it ends, in seconds since 1970."""
        return cls.service._token(cls.service._key), time.time() + 600


oauth_cb = Source.token


class TokenService:
    """Gives tokens of ten minutes to the client that knows the secret.

    Paths: /token; /forged: signed by a key that the broker does not know; /garbage: no JSON; /silent: no answer within the test.

    Args:
        certificate: of its host.
    """

    def __init__(self, certificate: Certificate) -> None:
        self._key, self._foreign = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        Source.service = self
        self.asked: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, body = service._answer(self.path, self.headers.get("Authorization", ""))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Without a path."""
        return f"https://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def write_jwks(self, file: Path) -> None:
        """Writes the key that the broker checks tokens by."""
        public = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID, "n": _encoded_number(public.n), "e": _encoded_number(public.e)}
        file.write_text(json.dumps({"keys": [key]}))

    def _answer(self, path: str, authorization: str) -> tuple[int, bytes]:
        self.asked.append(path)
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {known}":
            return 401, json.dumps({"error": "invalid_client", "error_description": "wrong client id or secret"}).encode()
        if path == "/garbage":
            return 200, b"<html>Maintenance</html>"
        if path not in ("/token", "/forged"):
            return 404, b"{}"
        token = self._token(self._foreign if path == "/forged" else self._key)
        return 200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 600}).encode()

    def _token(self, key: rsa.RSAPrivateKey) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": CLIENT_ID, "iat": now, "exp": now + 600}
        signed = f"{_encoded_json({'alg': 'RS256', 'typ': 'JWT', 'kid': _KEY_ID})}.{_encoded_json(claims)}"
        return f"{signed}.{_encoded(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encoded_json(value: Any) -> str:
    return _encoded(json.dumps(value).encode())


def _encoded_number(number: int) -> str:
    return _encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))
