"""Sites (站点): where organisations evaluate, with address, county and capacity, each change a fact with its day."""
