"""What belongs to a person's own account."""
