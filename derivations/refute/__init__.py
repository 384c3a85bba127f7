"""Search for counterexamples."""

from derivations.refute.evaluate import evaluate
from derivations.refute.instances import find_instance, instances
from derivations.refute.model import Coordinate, Draw, Law, Model
from derivations.refute.values import Undefined, Unknown, Value
from derivations.refute.witness import Evidence, Witness, agreement, refute

__all__ = ["Coordinate", "Draw", "Evidence", "Law", "Model", "Undefined", "Unknown", "Value", "Witness",
           "agreement", "evaluate", "find_instance", "instances", "refute"]
