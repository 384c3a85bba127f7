"""Exercises on optimisers."""
