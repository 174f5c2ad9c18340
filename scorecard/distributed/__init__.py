"""Building a snapshot on a Spark cluster: the same checks and KPI queries, the same file.

The workers read the exports, check them and add up the facts; this machine keeps the plan, the
findings and the snapshot. Nothing outside of this package imports Spark or Ibis.
"""
