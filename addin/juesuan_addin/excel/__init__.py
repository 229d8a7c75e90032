"""Excel and WPS through xlwings: attaching, the adapter, and the calls of their own object model."""
