"""Files that people wrote: in whatever form programs save them, every fault named by file, line and field."""
