"""Issue: recognised results become certificates (Art. 17, 19)."""
