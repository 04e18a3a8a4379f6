"""Ratings of models that were compared pair by pair: Bradley-Terry, online Elo, win rates, and what to compare next."""
