"""What does a picture show, in a sentence?

*Lecture 3*, slide 18; *chapter 5*, 5.4. One-to-many: six systems, by where the picture
enters.
"""
