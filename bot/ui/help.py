"""The game, explained in one message."""

from typing import Final

HELP: Final = """\
### 🌲 Thousand Token Wood
Five creatures trade acorns, berries, mushrooms, honey and firewood. Each one thinks with a small language model. \
You are a **Patron**: a masked financier who bets on their prices, and nudges them.

**Your first trade: the gambit** (🎲 First trade under a card does it step by step)
1. `/join` puts on a mask and gives you 100 pebbles.
2. `/insider` buys the true forecast: which good, which way, which turn.
3. `/short` if it will fall, `/long` if it will rise. Half its value is your margin.
4. `/whisper` it to a creature, true or not. It hears two a turn, of those it likes best.
5. `/spring` brings the legend now. It falls when the turn closes.
6. `/close` and collect.

**Good to know**
• Contracts settle every turn. Below a quarter of its value in margin, one is liquidated.
• A legend really happened once. It halves or doubles a price.
• Short a crop and its grower bears a grudge. A false whisper costs you its trust.
• Win twice on a true tip and the magistrate asks questions: a fine, then a freeze, then exile. \
`/bribe` may help, or hurt.
• `/lend` to a creature on a pledge. If the pledge's price falls, the loan is called; one that cannot pay is banished.
• `/bribe` also buys a creature's favour, and `/ally` makes a cartel of two.
• Firewood runs short in winter.

`/ledger` shows your books. `/wood look`, `prices`, `chart`, `creature`, `news`, `objective`, \
`scoreboard` and `minds` show the wood. `/season history`: the past. `/privacy`: your data.\
"""
