"""What you see: the only home of Textual. Knows the engine's facade and the model, no HTTP and no config."""

import os

# Textual reads this when it is loaded. Of its own accord it lets 1/60 s pass between two paints, and a key that comes
# just after one waits for that; news comes ten times a second at most, so that a list that moves is painted no oftener.
os.environ.setdefault("TEXTUAL_FPS", "250")
