"""The demo: an embedded, honest job server, run as `python -m jobdash.demo`.

One engine does real work on real files (the Python standard library); five faces speak the five
documented job APIs over it, each on a port of its own; a sixth, `control`, is the backstage door for
tests. Nothing here knows the client side: the demo is a peer that is spoken to over HTTP only.

Reading order: `jobs` (the record), `work/` (what a job does), `workplace` and `workers` (how it gets
done), `engine` (what a person may ask for), `faces/` (how each API says it), `serve` (the process).
"""
