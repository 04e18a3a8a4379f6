"""The side of grading that runs next to a solution."""
