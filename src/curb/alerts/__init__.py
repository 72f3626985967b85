"""Messages to the trader's telephone and the like: chosen, paced, sent; never waited for."""
