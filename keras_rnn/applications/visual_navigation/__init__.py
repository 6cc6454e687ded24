"""Which way does an instruction lead, on a map in a picture?

*Lecture 3*, slide 21. Encoder-decoder with attention, acting.
"""
