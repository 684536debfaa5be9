"""Where a server is: what a person typed, made one normal form, and the URL of each request below it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

import httpx

from jobdash.client.auth import Auth
from jobdash.client.secret import Literal, Secret
from jobdash.client.sentence import one_line
from jobdash.model.errors import BadAnswer, ConfigError

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Base:
    """A server's address: `origin` is scheme, host and port, `path` has no slash at its end.

    `auth` is what stood before an `@` in the URL; it is in no text that is made from this.
    """

    origin: str
    path: str = ""
    auth: Auth | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Safe to show."""
        return self.origin + self.path

    def join(self, path: str, query: Mapping[str, str | int | float] | None = None) -> str:
        """The URL of a request. `path` is percent-encoded already; a whole URL is taken when it is of this origin."""
        if _SCHEME.match(path):
            if origin_of(path) != self.origin:
                raise BadAnswer(f"the server points to another address: {shown(path)}")
            url = path
        else:
            url = f"{self.shown}/{path.lstrip('/')}" if path else self.shown
        url = url.replace("#", "%23")
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, quote_via=quote, errors="surrogatepass")
        return url

    def resolve(self, reference: str) -> str:
        """What a link found in an answer means. Raises BadAnswer for anything but http and https."""
        return absolute(self.shown + "/", reference)


def parse_base(text: str) -> Base:
    """The address a person typed: `localhost:8000`, `https://user:password@host/below/`. Raises ConfigError."""
    text = text.strip()
    whole = text if _SCHEME.match(text) else "http://" + text.removeprefix("//")
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError as error:
        raise _refused(text, "not an address", error) from None
    if parts.scheme not in ("http", "https"):
        raise _refused(text, "only http:// and https:// addresses are possible")
    if not parts.hostname or not whole.isprintable() or " " in whole or "\\" in whole:
        raise _refused(text, "not an address like https://host:port/path")
    if port == 0:
        raise _refused(text, "port 0 does not exist")
    if parts.query:
        raise _refused(text, "an address of a server has no query (the part after the question mark)")
    origin = origin_of(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    if origin is None:
        raise _refused(text, "no such host can exist")
    return Base(
        origin, quote(parts.path, safe="%/:@!$&'()*+,;=~-._").rstrip("/"), _auth(parts.username, parts.password)
    )


def origin_of(url: str) -> str | None:
    """Scheme, host and port of `url` in one normal form; None when it is no http or https URL."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return None
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"


def absolute(url: str, reference: str) -> str:
    """The link `reference` found at `url`, without the credentials that it may carry. Raises BadAnswer."""
    try:
        target = httpx.URL(urljoin(url, reference.strip())).copy_with(username="", password="", fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise BadAnswer(f"a link that cannot be read: {shown(reference)}") from None
    if target.scheme not in ("http", "https") or not target.host:
        raise BadAnswer(f"a link that is not http or https: {shown(reference)}")
    return str(target)


def shown(url: str) -> str:
    """Any URL, fit to be shown: without credentials and query, on one line."""
    return one_line(re.sub(r"^([^/?#]*//)?[^/?#]*@", r"\1", url).partition("?")[0], 120)


def _auth(user: str | None, password: str | None) -> Auth | None:
    if not user and not password:
        return None
    return Auth.basic(unquote(user or ""), Literal(Secret(unquote(password or ""))))


def _refused(text: str, why: str, error: Exception | None = None) -> ConfigError:
    detail = f" ({one_line(str(error), 60)})" if error and "@" not in text else ""
    return ConfigError(f'"{shown(text)}": {why}{detail}')
