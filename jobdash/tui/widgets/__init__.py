"""The parts of the screen. Widgets draw and tell what a person did; they decide nothing."""
