"""The proof of the firewall: scanned prompts, noninterference pairs, and planted leaks that must be caught."""
