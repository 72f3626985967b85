"""The risk rules: pure, one file each; `listing` names them."""
