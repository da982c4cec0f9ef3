"""Complaints: anybody complains, the centre of the place answers in time, nobody learns who complained (Art. 22)."""
