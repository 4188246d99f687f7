"""Every application, sweep result, decision and appeal as one kind of case.

Owns service items and their forms, cases and their clocks, documents, decisions, public notices,
appeals and ratings. Promises that a decision keeps the facts and the rule it was made by, that
maker, checker and subject are three, and that the clock stands only while the citizen is asked.
Never pays, never evaluates a rule of its own.
"""
