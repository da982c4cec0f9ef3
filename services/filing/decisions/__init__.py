"""The centre's decision on plans: the queue, its service time, acceptance by rule (Art. 18(1), 21)."""
