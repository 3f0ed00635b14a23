"""System-wide keys: one file for each system behind app.ports.Hotkeys. Knows nothing of trading."""
