"""The records of a batch: what is asked for, which records there are and when, and their making."""
