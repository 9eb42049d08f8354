"""``python -m icl_theory.limits`` prints the table of limits."""

from .command import table_command

if __name__ == "__main__":
    table_command()
