"""Grievances of jirgas in; concerns by district, and answers, out. Importing a rule from here starts no web server."""
