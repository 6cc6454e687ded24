"""What is it, and what of the other one, after all that was asked?

*Lecture 3*, slide 20. Encoder-decoder over rounds, with attention.
"""
