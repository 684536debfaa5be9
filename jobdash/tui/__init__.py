"""What you see: the only home of Textual. Knows the engine's facade and the model, no HTTP and no config."""
