"""Exercises on initialisation."""
