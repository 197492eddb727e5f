"""
The steps: poll, publish, deliver.

Each step may be run twice; the second run changes nothing. The steps get their
edges as arguments and know them only by the protocols in ``edges``, so that the
scheduler, the command line and the pages all call the same ones.
"""
