"""Where a redirect may lead: on the same server a few times, elsewhere only for downloads and without credentials."""

from jobdash.client.call import Call
from jobdash.client.url import absolute, origin_of, shown
from jobdash.model.errors import BadAnswer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5


def redirected(call: Call, home: str, url: str, location: str, status: int) -> str:
    """The URL to ask instead of `url`; `home` is the server's own origin. Raises BadAnswer where it is not followed."""
    target = absolute(url, location)
    if call.method != "GET":
        raise BadAnswer(
            f"answered with a redirect to {shown(target)}, which is followed for reading only", status=status
        )
    downgraded = url.startswith("https:") and target.startswith("http:")
    if origin_of(target) == home or (call.roam and not downgraded):
        return target
    raise BadAnswer(
        f"redirects to {shown(target)}, which is not followed: if that is the right place, make it the server's url",
        status=status,
    )
