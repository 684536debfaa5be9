"""Prefect: flow runs as jobs. A status of 200 says little here: ACCEPT, REJECT or ABORT in the body is the truth.

`ENGINES.md` says what Prefect cannot do.
"""
