"""Statutory exceptions: a named officer admits a plan that is filed too late, with a reason that is published."""
