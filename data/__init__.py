"""Logs in, frames out. Knows nothing of Dash, Plotly, Flask or words for people."""
