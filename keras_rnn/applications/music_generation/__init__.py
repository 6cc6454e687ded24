"""What does a tune sound like that nobody has written?

*Lecture 3*, slides 3 and 12; *chapter 5*, 5.1. One-to-many.
"""
