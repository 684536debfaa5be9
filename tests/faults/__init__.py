"""Servers in every kind of trouble, watched over real sockets: told, harmless to others, cheap, and over by itself."""
