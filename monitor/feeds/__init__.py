"""From an address to items: ask (``fetch``), read (``parse``), and ask again (``polling``)."""
