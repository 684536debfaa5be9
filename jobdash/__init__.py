"""jobdash: one terminal screen for every job server an operator is responsible for."""

__version__ = "0.1.0"
