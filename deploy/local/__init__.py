"""The platform on one machine: real PostgreSQL, NATS and Caddy from wheels, and the five service processes.

`python -m local run` starts everything and keeps it running; nothing but Python is needed.
"""
