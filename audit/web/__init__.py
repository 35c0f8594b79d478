"""
The desk: the use cases in a browser.

No rule lives here: a view asks a use case or a query and renders a template of ``reports/templates/desk``. Everything but live
progress works without a script. ``app`` puts it together, ``guard`` keeps strangers out, ``call`` is what a view is given.
"""
