"""Following (随批): issues of one matter that wait for the result of one of them."""
