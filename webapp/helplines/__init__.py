"""Help numbers by district and language: a table that the operator edits. An empty number is one that is not known."""
