"""What is served: Flask blueprints, raw PEP 3333 callables, static files."""
