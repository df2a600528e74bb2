"""What happens to a grievance after it was filed."""
