"""What does a sentence say in another language?

*Chapter 5*, 5.1, 5.5 and 5.6. Encoder-decoder with attention.
"""
