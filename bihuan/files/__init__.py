"""Files that people wrote: in whatever form programs save them, every finding named by file, line and field.

Tables, mappings and texts, without knowing what they mean. Imported by every room that reads such a file.
"""
