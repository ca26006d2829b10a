"""JupyterLab, JupyterHub and a notebook as somebody sees them in a browser."""
