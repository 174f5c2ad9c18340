"""The papers for a meeting: one document, one writer a format."""
