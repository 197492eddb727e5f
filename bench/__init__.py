"""Side-by-side measurements; README.md says how to run them and what they showed."""
