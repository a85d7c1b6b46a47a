"""What the server that attempts are forked from does first: each fork imports the campaign as its main module, and finds there what that imports."""

from springhead.cli import remedies  # noqa: F401  for the attempts
from tests.faults import ground, judgement, schedule, trial  # noqa: F401
from tests.faults.warm import warm_up

warm_up()
