"""``juesuan addin install | uninstall | doctor``: where things go, put there, taken away, looked after."""
