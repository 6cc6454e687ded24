"""Bases of DNA, stretches cut out of them, tags on them."""
