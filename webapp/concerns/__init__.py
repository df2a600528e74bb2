"""The taxonomy of concerns: what grievances are about."""
