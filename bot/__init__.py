"""The Discord bot: parse, defer, call the Keeper, show the result."""
