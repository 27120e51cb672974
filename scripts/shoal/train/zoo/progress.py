# SPDX-License-Identifier: MIT
"""How far a zoo is: a bar on a terminal (tqdm), lines in a log."""
import sys
import time


def duration(seconds):
    """"1 h 05 min", "3 min 20 s" or "45 s"."""
    seconds = int(round(seconds))
    if seconds >= 3600:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
    return f"{seconds // 60} min {seconds % 60:02d} s" if seconds >= 60 else f"{seconds} s"


class Progress:
    """Counts finished runs. The time that is left is estimated from those that were finished since it began."""

    def __init__(self, total, finished, stream=sys.stderr, clock=time.monotonic):
        self.total, self.first, self.finished, self.stream, self.clock = total, finished, finished, stream, clock
        self.begin, self.bar = clock(), None
        if stream.isatty():
            try:
                from tqdm import tqdm
                self.bar = tqdm(total=total, initial=finished, unit="network", file=stream)
            except ImportError:
                pass

    def update(self, finished, text=""):
        """Says how many runs are finished by now, and what happened."""
        new, self.finished = finished - self.finished, finished
        if self.bar is not None:
            self.bar.update(new)
            if text:
                self.bar.write(text, file=self.stream)
            return
        left = self.remaining()
        self.stream.write(f"{finished} of {self.total} networks{f', {duration(left)} left' if left is not None else ''}"
                          f"{': ' + text if text else ''}\n")
        self.stream.flush()

    def remaining(self):
        """Seconds until all are finished, or None where nothing tells yet."""
        done = self.finished - self.first
        if done <= 0:
            return None
        return (self.clock() - self.begin) / done * (self.total - self.finished)

    def close(self):
        if self.bar is not None:
            self.bar.close()
