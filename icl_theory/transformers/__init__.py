"""Attention models trained by gradient descent: the paper's figures 5 and 6.

Training needs the extra ``train`` (JAX and Optax); setups, stored results and all that is compared
with them do not.
"""
