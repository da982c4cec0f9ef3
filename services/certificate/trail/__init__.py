"""The trail of a certificate: who did what, when, under which rule, from the plan to the paper (Art. 17, 22)."""
