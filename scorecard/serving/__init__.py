"""What the server does around the pages: who is let near, what is counted and written down."""
