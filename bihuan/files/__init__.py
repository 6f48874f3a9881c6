"""Files that people wrote: in whatever form programs save them, every fault named by file, line and field.

Tables, mappings and texts of any city; nothing of what they mean. Imported by every room that reads such a file.
"""
