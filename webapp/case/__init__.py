"""One grievance as officials see it, and what they do about it."""
