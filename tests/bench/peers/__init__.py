"""What else one could use: each a program that closes what a gateway tells of.

`python FILE URL`: connects to both hubs at URL and answers a position of six contracts by a
request to close it. They run on an interpreter of their own, `CURB_PEERS`.
"""
