"""Certificates issued: looking them up, and revocation."""
