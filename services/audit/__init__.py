"""Audit: supervision of sessions, recognition of their results, and the journal of everything.

Owns supervisors and reproducible draws (Art. 18, 22), recognition as a decision explained gate by gate
(Art. 17), and the public journal that follows all other services (Art. 22).
Only what is recognised here becomes a certificate.
"""
