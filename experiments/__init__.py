"""The claims of the game, re-run on real minds: simulations, the gambit and the firewall's proof."""
