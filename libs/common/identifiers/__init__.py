"""Identifiers of people, bodies and certificates, each with its own check: parsed once at the edge, trusted inside."""
