"""What happened to a grievance."""
