"""juesuan 的 xlwings 加载项（Excel、WPS）。"""
