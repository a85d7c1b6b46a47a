"""The ledger: what was published, part by part, in a topic of the cluster."""
