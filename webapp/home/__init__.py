"""Pages for anyone: start, about, privacy, help."""
