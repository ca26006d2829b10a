"""What is served: a Flask application, its blueprints one module each, its page and style sheet."""
