"""Which words of a sentence are names, and of what?

*Chapter 5*, 5.1 and 5.5. Many-to-many, bidirectional.
"""
