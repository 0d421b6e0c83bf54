"""How the site is put together: settings, addresses, the entry point of servers."""
