"""How long each thing may take."""
