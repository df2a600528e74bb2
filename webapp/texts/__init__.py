"""What people write in their own words: checked for danger, stored sealed."""
