"""The desk of an official: what waits, and what is due first."""
