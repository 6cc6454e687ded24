"""What is answered to a question, after all that was said before?

*Chapter 5*, 5.5. Encoder-decoder with attention.
"""
