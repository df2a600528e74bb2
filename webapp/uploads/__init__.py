"""A file handed in on the site, kept sealed for a short while until its forms are entered."""
