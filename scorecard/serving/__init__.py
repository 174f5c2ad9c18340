"""What the server does around the pages: who reaches it, what it says, how it starts and logs."""

import os

# Read when websockets is imported, which comes after this. An identity and its tokens in cookies
# make a line of headers longer than the 8 KB that it reads, and the page would never connect.
os.environ.setdefault("WEBSOCKETS_MAX_LINE_LENGTH", "32768")
