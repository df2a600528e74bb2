"""How protected grievances are looked after: what came, who opened how many, what was lifted by whom; in numbers."""
