"""Faces: the kinds of pages; each function makes one, or the data behind it."""
