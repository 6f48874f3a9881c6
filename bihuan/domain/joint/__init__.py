"""Joint handling (协办): units that each owe the lead a part."""
