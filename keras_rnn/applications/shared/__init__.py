"""What applications of every kind need: words, batches, the usual ways to learn."""
