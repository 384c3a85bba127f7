"""Exercises on networks."""
