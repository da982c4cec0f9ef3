"""Certificates of this platform, as certificate tells of them: facts about candidates, not claims (Art. 2, 10)."""
