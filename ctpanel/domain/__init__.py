"""What a trader means by the words: pure values and rules. No Qt, IO, asyncio, clock or logging."""
