"""This machine: files, the credential store, logs, the clock. No trading logic."""
