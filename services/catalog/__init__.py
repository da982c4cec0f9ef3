"""Catalog: what may be evaluated, by which standard, on which date.

Owns the province's list (目录清单) in dated editions (Art. 1, 3), the framework of standards and norms
(Art. 4-6), regions, and the official working-day calendar that filing dates rest on (Art. 18).
It answers anyone without an account (Art. 20, 21) and knows no other service.
"""
