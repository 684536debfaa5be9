"""The client against real sockets: every byte is scripted, nothing of the client is replaced."""
