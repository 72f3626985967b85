"""What the server shows of itself where it is spoken to over TLS."""

import ssl
from pathlib import Path


class CertificateError(Exception):
    """A certificate or key that cannot be shown, with a line that says why."""


def shown(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Return a context that shows a certificate; without `key` its file holds the key, too.

    Raises CertificateError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except CertificateError:
        raise
    except ssl.SSLError as error:
        why = (error.reason or "it is none").replace("_", " ").lower()
        raise CertificateError(_expected(certificate, key, why)) from None
    except OSError as error:
        raise CertificateError(_expected(certificate, key, str(error.strerror))) from None
    return context


def _no_password() -> str:
    raise CertificateError("expected a key without a password for --tls, found one with it")


def _expected(certificate: Path, key: Path | None, why: str) -> str:
    if key is None:
        return f"expected a certificate and its key, both PEM, in {certificate}: {why}"
    return f"expected a certificate in {certificate} and its key in {key}, both PEM: {why}"
