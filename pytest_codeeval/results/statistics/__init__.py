"""Tests and intervals of paired figures, by the standard library alone: the same figures give the same digits."""
