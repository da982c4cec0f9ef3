"""Recognition of results: an explained decision, gate by gate (Art. 17)."""
