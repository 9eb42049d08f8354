"""Numbers from the symbols: float64, multiprecision, certified and exact."""
