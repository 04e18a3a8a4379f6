"""Steps from an answer to a program, as other harnesses take them; protocols are put together of these."""
