"""The panes: each a title and a function from a view and a size to lines."""
