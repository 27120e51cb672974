# SPDX-License-Identifier: MIT
"""The one error that users see as a line: what is wrong, where, and what to type next."""

USAGE, INPUT, FAILED_RUNS, OUTPUT, STOPPED = 2, 3, 4, 5, 75


class Refused(Exception):
    """Something that a user can mend. `status` is the exit status of the command (docs/guide.md)."""

    def __init__(self, text, status=INPUT):
        super().__init__(text)
        self.status = status
