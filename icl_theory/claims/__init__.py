"""The account of what is claimed, under which assumptions and on what evidence."""
