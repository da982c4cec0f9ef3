"""Registration: who may sit, what they scored, and whether they passed.

Owns rosters and qualification reviews of social and school sessions (Art. 18), result batches entered
by dedicated accounts (Art. 18), and the pass rules over the evaluation dimensions (Art. 7-11).
Personal data is sealed here before it goes anywhere else.
"""
