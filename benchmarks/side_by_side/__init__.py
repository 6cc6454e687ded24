"""What the benchmarks share: the windows of both sides, turns, and the report."""
