"""One file a form of the tables; a file that was once released is never changed."""
