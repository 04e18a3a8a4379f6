"""Reports: finished results made into something to read."""
