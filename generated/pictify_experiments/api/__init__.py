"""Every operation as a module, in folders by tag."""
