"""Tunes: as tokens, bar by bar, as notes that sound."""
