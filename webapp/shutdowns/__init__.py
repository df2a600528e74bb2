"""Districts that offices cannot work for: from when, until when, why."""
