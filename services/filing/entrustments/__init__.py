"""Entrustments (委托评价): a specialised body evaluates for an employer; both agree, either ends it (Art. 12)."""
