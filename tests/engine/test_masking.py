"""Secrets that stand inside a URL, not under a name of their own."""

from jobdash.engine.masking import MASK, Masking


def test_credentials_inside_urls_are_covered() -> None:
    masking = Masking()
    assert masking.in_text("http://user:pw@host/a?api_key=abc&page=2") == f"http://{MASK}@host/a?api_key={MASK}&page=2"
    assert masking.masked({"url": ["see postgres://u:p@db/x now"]}) == {"url": [f"see postgres://{MASK}@db/x now"]}
    for harmless in ("http://host/a?page=2", "a@b.example", "http://host/x@y"):
        assert masking.in_text(harmless) == harmless
