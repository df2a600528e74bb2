"""The page of figures of service: how long jirgas waited for an answer, and what they said of it."""
