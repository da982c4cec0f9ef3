"""Filing (备案): who may evaluate what and where, and whether a plan is in time and in shape.

Organisations and their approved scope (Art. 12), dedicated accounts (授予的专用账户, Art. 18(3)) and their tokens,
evaluation plans filed 15 working days ahead and decided by the centre of the site's county (Art. 11, 18(1)).
It keeps a read model of the list and the standards from what the catalog tells, and calls no other service.
"""
