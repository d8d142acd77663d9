"""How fast the product is, measured against what PostgreSQL itself can do on the same machine.

Only ratios of figures from one run mean anything: two machines differ, and so do two minutes.
"""
