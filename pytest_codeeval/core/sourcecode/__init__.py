"""Code of languages other than Python, as text: what it defines, and one program made of a stub and an answer."""
