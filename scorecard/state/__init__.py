"""What people write, which briefings were made, what was shared, and who did what."""
