"""The rules: what is allowed, what is due, who must be told. Standard library only, frozen values."""
