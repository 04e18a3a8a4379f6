"""Generation: from a request to a completion, in the controller process only."""
