"""From a receipt back to the records: a batch compared with its topic."""
