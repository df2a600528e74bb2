"""What was done by whom, append-only."""
