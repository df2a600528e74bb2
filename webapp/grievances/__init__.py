"""Gatherings and the grievances they raise."""
