"""Contests across woods: seasons' honours and tournaments, as pure functions of what is stored."""
