"""Scoring function calls: how they are read from an answer, and whether they are the right ones."""
