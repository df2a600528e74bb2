"""What a representative sent, what was answered, and what to do next."""
