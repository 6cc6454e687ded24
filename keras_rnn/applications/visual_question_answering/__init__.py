"""What is the answer to a question about a picture?

*Lecture 3*, slide 19; *chapter 5*, 5.4. Many-to-one, image and question, with
attention.
"""
