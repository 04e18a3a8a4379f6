"""Tables as text that others read, whatever names stand in them."""
