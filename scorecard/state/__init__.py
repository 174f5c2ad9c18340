"""What people write: commentary, decisions, actions, and which briefings were made."""
