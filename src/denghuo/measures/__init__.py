"""Targets against actuals: every number is a stored query over rows, nobody types a total.

Owns measures with owner, target and period, and the count of errands saved. Promises that every
figure opens to the rows behind it, and that person-times and distinct persons stay apart. Reads
other rooms by their doors only; writes nothing of theirs.
"""
