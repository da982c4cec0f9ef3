"""Evaluation plans (评价实施方案): filing, checking, and the centre's decision (Art. 11, 18)."""
