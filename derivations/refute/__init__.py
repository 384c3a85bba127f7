"""Search for counterexamples."""

from derivations.refute.evaluate import evaluate
from derivations.refute.instances import find_instance, instances
from derivations.refute.model import Coordinate, Draw, Law, Model
from derivations.refute.testbed import Testbed, agreement, refute
from derivations.refute.values import Undefined, Unknown, Value
from derivations.refute.witness import Evidence, Witness

__all__ = ["Coordinate", "Draw", "Evidence", "Law", "Model", "Testbed", "Undefined", "Unknown", "Value", "Witness",
           "agreement", "evaluate", "find_instance", "instances", "refute"]
