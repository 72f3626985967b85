"""The fault menu: what goes wrong at a venue, at will and the same way each time."""
