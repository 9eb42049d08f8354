"""Attention models trained by gradient descent: the paper's figures 5 and 6.

Training needs the extra ``train`` (JAX and Optax), and imports it when it begins. Setups, stored
results and all that is compared with them do without.
"""

from .api import TrainingRuns, train
from .setup import Outcome, Trained, Training, make_training

__all__ = ["Outcome", "Trained", "Training", "TrainingRuns", "make_training", "train"]
