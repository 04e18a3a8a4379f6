"""Answers that predict a call or its value: an expression taken out, looked at, and run beside the function."""
