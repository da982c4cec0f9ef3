"""Webhooks: organisations are told of what concerns them, signed, again and again until they have heard (Art. 16)."""
