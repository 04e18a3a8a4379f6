"""Evaluate the code that language models write, as an ordinary pytest run."""

__version__ = "0.1.0.dev0"
