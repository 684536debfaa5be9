"""What a person writes in `config.toml`: its shape, its folder, and one clear sentence for each mistake."""
