"""Evaluating bodies, as filing last told of them: whom measures and complaints are about."""
