"""A run that is only rehearsed: what it would ask and show, and what it lacks; nothing is sent, run or written."""
