"""The slash commands, one cog a family of actions."""
