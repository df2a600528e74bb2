"""Officials look at concerns by district and download them."""
