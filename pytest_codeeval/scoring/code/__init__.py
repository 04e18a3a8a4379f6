"""Answers that are programs: taken out, run against tests, and what is found out beforehand of a suite of them."""
