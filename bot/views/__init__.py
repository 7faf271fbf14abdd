"""Domain values to Discord layouts. No decisions are made here."""
