"""One-time codes that let somebody in: for a new account, or for the same account again."""
