"""Which words are used alike?

*Chapter 5*, 5.6 (the CS230 cheat sheet). Pairs of words.
"""
