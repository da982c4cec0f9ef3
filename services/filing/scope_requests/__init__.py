"""Requests of approved organisations for another scope or a longer validity, and the decisions on them (Art. 12)."""
