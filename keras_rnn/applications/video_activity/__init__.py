"""What does somebody do, as a watch or a camera sees it?

*Chapter 5*, 5.1 and 5.5. Many-to-one; frame by frame many-to-many.
"""
