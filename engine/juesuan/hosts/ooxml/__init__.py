"""Patching a spreadsheet package part by part; what is not touched stays byte for byte."""
