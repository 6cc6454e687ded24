"""Answers of applications that need no backend: from the NumPy form of their models.

`networks` says what they are answered with; `saved` writes and reads the form beside a
saved model; a module for each application has `answer(network, inputs)`.
"""
