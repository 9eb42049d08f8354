"""The paper's figures, one module each, and the graph of claims."""
