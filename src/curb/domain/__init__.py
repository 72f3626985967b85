"""Words: what a trader and an exchange talk about. They know nothing else."""
