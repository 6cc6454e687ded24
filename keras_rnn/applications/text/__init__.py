"""Parts of the applications that read or write text."""
