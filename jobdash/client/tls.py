"""The TLS contexts: one for each different trust, shared by all connections that have it."""

import ssl
from functools import lru_cache

import httpx

from jobdash.client.settings import Tls
from jobdash.model.errors import ConfigError


@lru_cache(maxsize=64)
def context_for(tls: Tls) -> ssl.SSLContext:
    """The context that trusts what `tls` says. Raises ConfigError when a file of it cannot be used."""
    if tls.verify:
        context = httpx.create_ssl_context()
        context.load_default_certs()
    else:
        context = httpx.create_ssl_context(verify=False)
    _trust(context, tls)
    _introduce(context, tls)
    return context


@lru_cache(maxsize=1)
def no_tls() -> ssl.SSLContext:
    """For plain http: a context that trusts nobody, because reading the usual authorities takes time."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _trust(context: ssl.SSLContext, tls: Tls) -> None:
    if tls.ca is None:
        return
    ca = tls.ca.expanduser()
    try:
        context.load_verify_locations(capath=ca) if ca.is_dir() else context.load_verify_locations(cafile=ca)
    except (OSError, ValueError) as error:
        raise ConfigError(f"the CA file {ca} cannot be used: {_why(error)}") from None


def _introduce(context: ssl.SSLContext, tls: Tls) -> None:
    if tls.cert is None:
        return
    cert, key = tls.cert.expanduser(), tls.key.expanduser() if tls.key else None
    try:
        # A key that needs a passphrase must not ask for it in the middle of the screen.
        context.load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        raise ConfigError(f"the client certificate {cert} cannot be used: {_why(error)}") from None


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not in PEM format").replace("_", " ").lower()
    return (isinstance(error, OSError) and error.strerror) or str(error)
