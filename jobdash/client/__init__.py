"""How to talk to any job server over HTTP. What each kind of server says lives in `jobdash.dialects`."""
