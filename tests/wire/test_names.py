from curb.wire import names


def test_every_subscription_has_its_end() -> None:
    found = {key: value for key, value in vars(names).items() if isinstance(value, str)}
    starts = {value for key, value in found.items() if key.startswith("SUBSCRIBE_")}
    ends = {value for key, value in found.items() if key.startswith("UNSUBSCRIBE_")}
    assert {f"Un{value[0].lower()}{value[1:]}" for value in starts} == ends


def test_paths_are_absolute_and_under_one_root() -> None:
    found = {key: value for key, value in vars(names).items() if key.isupper()}
    paths = [value for value in found.values() if value.startswith("/")]
    assert len(paths) == len(set(paths))
    assert {path.split("/")[1] for path in paths} == {"api", "hubs"}
