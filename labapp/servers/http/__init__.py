"""Speaking HTTP to a server: where it is reached, when it first answers, and whatever is asked then."""
