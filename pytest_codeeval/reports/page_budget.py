"""PageBudget: how much of the page each row may fill, so that the page stays small however many rows come."""

POOL = 3_800_000
MOST = 40_000
LEAST = 2_500


class PageBudget:
    """Shares of one pool of page bytes, handed out row by row.

    A row's share is the pool divided by the rows expected, or by the rows that came where these are more: so the sum
    grows by the logarithm only of what was not foreseen. `LEAST` holds a reason and a solution, and is never denied.
    """

    def __init__(self, rows: int = 200) -> None:
        self._expected = rows
        self._given = 0

    def expect(self, rows: int) -> None:
        """Take note of how many rows there will be."""
        self._expected = rows

    def share(self) -> int:
        """Return the page bytes that the next row may fill."""
        self._given += 1
        return min(MOST, max(LEAST, POOL // max(self._expected, self._given)))
