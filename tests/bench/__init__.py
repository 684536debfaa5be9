"""Measurements, run by hand (`python -m tests.bench.NAME`); each prints a table with ratios against a baseline."""
