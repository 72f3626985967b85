"""The ProjectX protocol as data, for both roles; no sockets."""
