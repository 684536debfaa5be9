"""What each kind of server says: one mapping (`NAME.toml`) or one package (`NAME/`) a kind."""
