"""Settings of the kernels that run the chapters."""

from ipykernel.iostream import OutStream

c = get_config()  # noqa: F821

# Sharp at every width, and text that a reader can select.
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {"figure.figsize": (6.4, 4.0), "figure.constrained_layout.use": True}

# A kernel warns at its start that it listens on this machine's loopback; nobody is asked.
c.IPKernelApp.log_level = "ERROR"

# Nobody looks back at what a chapter typed.
c.HistoryManager.enabled = False

# What a cell prints is sent when it is done: in pieces, a line would be broken where one ends.
OutStream.flush_interval = 3600
