"""Chinese and English words for whatever people read; knows the rules, and nothing of channels or servers."""
