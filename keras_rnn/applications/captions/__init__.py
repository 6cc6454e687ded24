"""Sentences about pictures and films: written, and judged by what they mean."""
