"""What saved pages of the docs say, held against the spec.

A reader for each form (HTML, Markdown, text) makes blocks of a page; recognisers find facts in the blocks, whatever
the form was; the comparison asks the spec for each fact, and the report tells where the two differ.
"""
