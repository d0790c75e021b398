"""Leases: one holder at a time."""

from assay.store.leases import find_lease_holder, release_lease, take_lease


def take(conn, holder, now_ms):
    return take_lease(conn, "folding", holder=holder, now_ms=now_ms, for_ms=100)


def test_lease_has_one_holder_until_it_ends(database):
    with database.write() as conn:
        assert take(conn, "a", 0)
        assert not take(conn, "b", 99)
        assert find_lease_holder(conn, "folding", now_ms=99) == "a"
        assert find_lease_holder(conn, "folding", now_ms=100) is None
        assert take(conn, "b", 100)
        assert not take(conn, "a", 101)


def test_holder_may_hold_it_longer(database):
    with database.write() as conn:
        take(conn, "a", 0)
        assert take(conn, "a", 90)
        assert not take(conn, "b", 150)


def test_only_the_holder_can_give_it_up(database):
    with database.write() as conn:
        take(conn, "a", 0)
        release_lease(conn, "folding", holder="b")
        assert not take(conn, "b", 1)
        release_lease(conn, "folding", holder="a")
        assert take(conn, "b", 1)
