"""What a log wants of the audit on disk. Blocking; for a thread of its own."""

from curb.tui.archive import Archive
from curb.tui.log import PAGE, Fetch, Fetched, Goal


def fetched(archive: Archive, fetch: Fetch) -> Fetched:
    """Read it. Raises StoreError."""
    anchor = fetch.anchor if fetch.anchor is not None else 0
    match fetch.goal:
        case Goal.COUNT:
            return Fetched(fetch, count=archive.count(fetch.query))
        case Goal.OLDER:
            return Fetched(fetch, archive.older(fetch.query, fetch.anchor, PAGE))
        case Goal.NEWER:
            return Fetched(fetch, archive.newer(fetch.query, anchor, PAGE))
        case Goal.OLDEST:
            return Fetched(fetch, archive.oldest(fetch.query, PAGE))
        case Goal.AROUND:
            return _around(archive, fetch, anchor)


def _around(archive: Archive, fetch: Fetch, anchor: int) -> Fetched:
    if fetch.is_back:
        hits = archive.older(fetch.wanted, anchor, 1)
    else:
        hits = archive.newer(fetch.wanted, anchor, 1)
    if not hits:
        return Fetched(fetch)
    found = hits[0].id
    above = archive.newer(fetch.query, found - 1, PAGE // 2)
    below = archive.older(fetch.query, found, PAGE // 2)
    return Fetched(fetch, (*above, *below), found=found)
