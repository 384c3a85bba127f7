"""Exercises on classification."""
