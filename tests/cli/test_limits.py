"""What the config says of a server's limits reaches the one who keeps them."""

from jobdash.cli.wire import limits_of, settings_of
from jobdash.config.models import Config, ServerTable


def test_limits_of_the_config_are_kept_and_the_others_stay() -> None:
    said = {"silence": "90s", "most_jobs": 500, "rate": 2}
    table = ServerTable.model_validate({"name": "docs", "url": "http://localhost", **said})
    limits = limits_of(table, poll=7.0)
    assert (limits.silence, limits.most_jobs, limits.rate, limits.poll) == (90.0, 500, 2.0, 7.0)
    assert (limits.streams, limits.room) == (6, 550)
    assert settings_of(table, Config()).timeouts.silence == 90.0


def test_without_a_word_the_defaults_hold() -> None:
    table = ServerTable.model_validate({"name": "docs", "url": "http://localhost"})
    assert limits_of(table).silence == settings_of(table, Config()).timeouts.silence == 45.0
