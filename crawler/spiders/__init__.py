"""
The spiders; there is one, for one site.

Does not hold anything else: what to read next is in ``crawler.frontier``, what an answer says in ``crawler.extract``.
"""
