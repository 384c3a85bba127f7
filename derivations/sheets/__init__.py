"""Problem and solution sheets."""
