"""How long whoever guesses must wait; nobody waits for a stranger's guesses longer than half a minute."""
