"""Faults: what a faulty record is, by kind: its key in the YAML, its options, its documentation, and the damage that it does to a value."""

from springhead.faults.fault import Chance, Fault, Target, no_target, targets_of
from springhead.faults.faults import DROPPED, FAULTS, KINDS, LABEL, Faults, kind_of

__all__ = ["DROPPED", "FAULTS", "KINDS", "LABEL", "Chance", "Fault", "Faults", "Target", "kind_of", "no_target", "targets_of"]
