"""The process that guards a server, its runtime directory, and what is left of servers whose owner died."""
