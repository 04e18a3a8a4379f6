"""The Python tasks: completion, repair, generation, docstrings and translation, over problems of this project's own."""
