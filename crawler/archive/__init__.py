"""
What was read, kept as proof: WARC files (ISO 28500:2017), one for each audit.

``writer`` writes what the servers sent, ``reader`` reads such files of ours and of others, ``middleware`` stands between
them and Scrapy. Does not judge and does not decide what is kept for how long.
"""
