"""What waits for an official, and what is due first."""
