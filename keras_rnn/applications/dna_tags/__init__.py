"""Which bases are coding (exon), which are not (intron)?

*Chapter 5*, 5.1 and 5.5. Many-to-many, bidirectional.
"""
