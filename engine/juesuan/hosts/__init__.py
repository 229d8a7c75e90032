"""Hosts: what turns a file or a live application into a Book and applies Edits to it."""
