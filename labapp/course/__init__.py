"""Course mechanics: building the notebooks, their contract, the preflight."""
