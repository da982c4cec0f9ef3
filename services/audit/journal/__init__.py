"""The journal of every event of every service, in order and hash-chained (Art. 22)."""
