"""Holders: everybody's own certificates, and links that show more of one for a while (decision record 58)."""
