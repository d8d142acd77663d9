#!/usr/bin/env python
"""`python manage.py …` is `annotator …`."""

from annotator.__main__ import main

if __name__ == "__main__":
    main()
