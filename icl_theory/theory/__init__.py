"""The theory as SymPy expressions: the single source of every formula."""
