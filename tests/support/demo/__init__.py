"""The smallest service on the frame, for tests of the frame itself: it keeps things, each with a name of its own."""
