"""The small edit that mends a wrong line."""

from derivations.repair.search import Repair, describe, find_repair

__all__ = ["Repair", "describe", "find_repair"]
