"""Rates: how many events there are by any moment, and when each of them is.

A process has rate one in *mass*, the integral of a rate from 2000 on; time enters through the mass alone. So an hour without traffic is no special case, a later
change of a rate moves nothing before it, and neighbouring intervals agree on their common end.
"""
