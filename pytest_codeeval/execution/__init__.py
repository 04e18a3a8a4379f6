"""Execution: from a solution to a verdict, in the worker."""
