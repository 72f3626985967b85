"""The client of the gateway: REST, hubs, login, decoding."""
