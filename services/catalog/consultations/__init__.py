"""Consultations: a draft is put before the public, everybody may answer until a day, and every opinion is answered."""
