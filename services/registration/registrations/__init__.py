"""Who is registered for what and when: nobody sits for one item and level in two places at once (Art. 18)."""
