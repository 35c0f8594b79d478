"""
The crawler fetches.

It reads the sites of a town politely and stores what they answer as Pages. It never learns what a criterion is.
"""
