"""Word vectors: learnt, counted, asked, judged, drawn."""
