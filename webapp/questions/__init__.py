"""What may be asked of the counts: the closed list of tables."""
