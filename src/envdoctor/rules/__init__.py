"""The catalogue of `check`: pure rules over one file each, with why, example, source, and when to ignore them."""
