"""Whole screens: which widgets stand where, and which wish a key becomes."""
