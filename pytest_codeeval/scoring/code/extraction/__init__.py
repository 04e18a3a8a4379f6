"""How code is found in what a chat model says: Markdown, thinking, prose and bodies that continue a prompt."""
