"""Everything below the web pages: the home folder, the embedded PostgreSQL, the web server. No Django in here."""
