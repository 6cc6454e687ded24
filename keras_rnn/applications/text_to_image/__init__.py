"""What does a picture of this sentence look like?

*Chapter 5*, 5.5. One-to-many, over the pixels of a picture.
"""
