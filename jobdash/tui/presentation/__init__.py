"""From model to text and style names: pure functions, no Textual, no colours, no clock of their own."""
