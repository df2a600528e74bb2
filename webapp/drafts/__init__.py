"""What a screen or a paper row gives, before it is a grievance."""
