"""The page Data: a desk on which exports are brought, read, checked, weighed and published.

A step a file. What stands on the desk is a draft on the disk (`scorecard.drafts`); below the desk
stands what everybody sees now.
"""
