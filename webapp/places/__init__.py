"""Provinces, divisions, districts and tehsils: where things happen."""
