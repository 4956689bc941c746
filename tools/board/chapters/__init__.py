# SPDX-License-Identifier: Apache-2.0
"""One file per group of chapters; each has a table CHAPTERS of name and function."""
