"""What the server that attempts are forked from does first."""

from tests.faults.warm import warm_up

warm_up()
