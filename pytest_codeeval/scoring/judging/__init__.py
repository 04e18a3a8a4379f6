"""How another model is asked to rate an answer, and how its verdict is read."""
