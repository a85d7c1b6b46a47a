"""A certificate authority of a test's own: what it signs, it signs for an hour of this test."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Certificate:
    """Where a certificate and its key stand, both in PEM.

    Attributes:
        certificate, key: files; the key is not encrypted.
        locked_key: the same key, encrypted by `password`.
        chain: key and certificate in one file, as Kafka's brokers want them.
    """

    certificate: Path
    key: Path
    locked_key: Path
    chain: Path
    password: str = "key-of-the-test"


class Authority:
    """An authority with files in a directory.

    Args:
        home: the directory.
        name: what its certificate says.
    """

    def __init__(self, home: Path, name: str) -> None:
        self._home, self._name = home, name
        home.mkdir(parents=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        built = _builder(subject, subject, self._key.public_key(), _now() - _HOUR, _now() + _HOUR)
        signed = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(self._key, hashes.SHA256())
        self._subject = subject
        self.file = home / "ca.pem"
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def sign(self, name: str, host: str | None = None, *, expired: bool = False) -> Certificate:
        """A certificate for a name; of a server with its host, which may be an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        until = _now() - dt.timedelta(minutes=1) if expired else _now() + _HOUR
        built = _builder(subject, self._subject, key.public_key(), _now() - _HOUR, until)
        if host is not None:
            built = built.add_extension(x509.SubjectAlternativeName([_general(host)]), critical=False)
        pem = built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        cert_file, key_file, locked_file, chain_file = (self._home / f"{name}.{kind}.pem" for kind in ("cert", "key", "locked", "chain"))
        made = Certificate(cert_file, key_file, locked_file, chain_file)
        plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        encryption = serialization.BestAvailableEncryption(made.password.encode())
        made.certificate.write_bytes(pem)
        made.key.write_bytes(plain)
        made.locked_key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
        made.chain.write_bytes(plain + pem)
        return made


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: dt.datetime, until: dt.datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
