"""The checks of `curb doctor`: pure, each from facts to findings; `probe` and `call` look."""
