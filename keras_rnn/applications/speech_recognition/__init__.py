"""What does somebody say?

*Chapter 5*, 5.1 and 5.5. Many-to-many with CTC; encoder-decoder with attention.
"""
