"""Every behaviour of the five documented APIs, by its number, over real HTTP. One file an API."""
