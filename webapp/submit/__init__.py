"""A representative files a grievance and gets a receipt."""
