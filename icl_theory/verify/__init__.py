"""What is claimed, on what evidence, and whether it holds."""
