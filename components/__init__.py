"""Frames and values in, Dash and Plotly objects out. No callbacks, no reading of logs."""
