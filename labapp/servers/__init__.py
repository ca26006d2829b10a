"""Real servers as managed processes: one module per server, one guard for all."""
