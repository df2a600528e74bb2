"""Paper forms entered in bulk: a file of rows becomes gatherings and grievances."""
