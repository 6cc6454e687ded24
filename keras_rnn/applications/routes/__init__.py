"""Instructions and the walks that follow them over a map."""
