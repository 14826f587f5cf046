"""Frames to figures, as plain dicts: building `graph_objects` costs five times more than what they add."""
