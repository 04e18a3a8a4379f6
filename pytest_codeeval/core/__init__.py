"""The words the rooms exchange: frozen dataclasses, standard library only, no processes, no network."""
