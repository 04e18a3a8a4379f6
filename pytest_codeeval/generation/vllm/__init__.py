"""A vLLM server of the run's own: started, watched, measured and ended by the controller."""
