"""What happens in a film?

*Lecture 3*, slide 3; *chapter 5*, 5.1. Encoder-decoder with attention.
"""
