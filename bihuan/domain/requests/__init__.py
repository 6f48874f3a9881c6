"""Side requests: extension, suspension, termination, appeal, rejection; asked by one person, ruled on by another."""
