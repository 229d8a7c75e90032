"""juesuan.xlam from readable source: the ribbon, the macros, the icons, and how they become a file."""
