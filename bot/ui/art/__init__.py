"""The wood's look: its colours and type, and the creatures, goods and woods that all its pictures are made of."""
