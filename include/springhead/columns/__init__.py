"""Columns: one field's values of a chunk, and what makers are built of: draws, alias tables, programs of the text kernel, layouts of rows."""
