"""What tests of several folders need: conditions awaited, programs run, things made up."""
