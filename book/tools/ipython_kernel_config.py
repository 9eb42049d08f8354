"""Settings of the kernels that run the chapters."""

c = get_config()  # noqa: F821

# Sharp at every width, and text that a reader can select.
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {"figure.figsize": (6.4, 4.0), "figure.constrained_layout.use": True}

# A kernel warns at its start that it listens on this machine's loopback; nobody is asked.
c.IPKernelApp.log_level = "ERROR"

# Nobody looks back at what a chapter typed.
c.HistoryManager.enabled = False
