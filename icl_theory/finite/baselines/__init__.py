"""The Bayes estimators at finite d, simulated: dMMSE, and ridge regression for fresh tasks."""

from .bayes_ridge import BayesRidge, simulate_bayes_ridge
from .dmmse import Dmmse, simulate_dmmse

__all__ = ["BayesRidge", "Dmmse", "simulate_bayes_ridge", "simulate_dmmse"]
