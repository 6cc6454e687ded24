"""Which letter comes next, and how would the text go on?

*Chapter 5*, 5.2 (hello). Many-to-many, then one-to-many.
"""
