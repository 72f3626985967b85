"""A certificate authority of a test's own."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)


class Authority:
    """Signs certificates; `path` is its own, which a client may trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("An authority of a test")
        builder = self._builder(self._name, _FAR_OFF).public_key(self._key.public_key())
        authority = x509.BasicConstraints(ca=True, path_length=None)
        usage = x509.KeyUsage(
            *(True, False, False, False, False, True, True),
            encipher_only=False,
            decipher_only=False,
        )
        itself = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = builder.add_extension(authority, critical=True).add_extension(
            usage, critical=True
        )
        builder = builder.add_extension(itself, critical=False)
        self.path = folder / "authority.pem"
        self.path.write_bytes(_pem(builder.sign(self._key, hashes.SHA256())))

    def certificate(self, *hosts: str, is_expired: bool = False) -> Path:
        """Return a file with a certificate for the hosts and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = _LONG_AGO + timedelta(days=1) if is_expired else _FAR_OFF
        builder = self._builder(_named(hosts[0]), until).public_key(key.public_key())
        names = x509.SubjectAlternativeName([_host(each) for each in hosts])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(issuer, critical=False)
        path = self._folder / f"{'-'.join(hosts)}{'-expired' if is_expired else ''}.pem"
        plain = serialization.NoEncryption()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
        )
        path.write_bytes(private + _pem(builder.sign(self._key, hashes.SHA256())))
        return path

    def _builder(self, subject: x509.Name, until: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .serial_number(x509.random_serial_number())
            .not_valid_before(_LONG_AGO)
            .not_valid_after(until)
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
