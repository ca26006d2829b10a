"""The live view of a server: the widget, its state, its history."""
