"""From completions to a score: scorers, what they read and how they are tried before they are believed."""
