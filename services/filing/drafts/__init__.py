"""Drafts of plans: kept in any state, told what is still wrong with them, copied from earlier plans (Art. 18(1))."""
