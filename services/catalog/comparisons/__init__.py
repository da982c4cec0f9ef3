"""The list under two editions, side by side: data, sheet and page (Art. 3, 20)."""
