"""Input/output tests: whole programs run on inputs, and what they write judged where no solution can see it."""
