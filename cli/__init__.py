"""The `wood` command: thin, imported by nobody; a subcommand imports what it needs when it runs."""
