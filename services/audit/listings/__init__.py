"""Measures against evaluating bodies: proposed, heard, decided, appealed against, ended (Art. 22)."""
