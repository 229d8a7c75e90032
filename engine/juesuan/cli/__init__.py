"""The command line: one module for each group of commands; heavy imports happen inside the commands."""
