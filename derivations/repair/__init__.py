"""Small edits of wrong lines, and slips in right ones."""

from derivations.repair.notation import notation_slip, remark
from derivations.repair.search import Repair, describe, find_repair

__all__ = ["Repair", "describe", "find_repair", "notation_slip", "remark"]
