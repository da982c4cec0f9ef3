"""Short messages to people (a code, a warning, an answer), by whatever way the operator has; never waited for."""
