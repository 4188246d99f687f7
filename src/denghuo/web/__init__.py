"""The shell: layout, components, design tokens, and the pages that mix domains.

Owns how things look and speak; no tables, no rules.
"""
