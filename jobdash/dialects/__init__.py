"""What each kind of server says: one file a kind, a mapping (`NAME.toml`) or Python (`NAME.py`)."""
