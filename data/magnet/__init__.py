"""What people who predict evaluations with MAGNET (DARPA AIQ) work with: its frames, its predictors, their results.

MAGNET itself need not be installed, and is never imported by the server.
"""
