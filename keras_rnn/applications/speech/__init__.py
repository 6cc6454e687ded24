"""Recordings of spoken words: batches, networks that hear, how well they do."""
