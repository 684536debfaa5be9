"""Rules, what they find, and the life of what they raise. Who is told of it and how: `engine/notify`."""
