"""Shapes of final-account workbooks seen in real life, bound figure for figure, or told with their place."""
