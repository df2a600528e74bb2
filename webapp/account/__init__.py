"""Sign in, sign out, quick exit."""
