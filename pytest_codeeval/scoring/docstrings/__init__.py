"""Docstrings that a model wrote for a function: read, compared with the function's text, their examples run."""
