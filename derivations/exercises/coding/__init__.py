"""Exercises on codes."""
