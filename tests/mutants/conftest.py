# It needs the tools of development, which `make test-minimum` and `make test-newest` do without.
collect_ignore = ["run.py"]
