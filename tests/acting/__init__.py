"""Changing servers: what may be sent, what is asked before, what is written down."""
