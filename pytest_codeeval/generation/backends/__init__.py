"""The model backends; each imports its SDK only when it is made."""
