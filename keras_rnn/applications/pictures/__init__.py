"""Networks that look at pictures and films, and where they look."""
