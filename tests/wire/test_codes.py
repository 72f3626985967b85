import pytest

from curb.wire import codes


@pytest.mark.parametrize(
    ("member", "number"),
    [
        (codes.OrderType.STOP, 4),
        (codes.OrderType.TRAILING_STOP, 5),
        (codes.OrderSide.ASK, 1),
        (codes.OrderStatus.REJECTED, 5),
        (codes.OrderStatus.SUSPENDED, 8),
        (codes.PositionType.SHORT, 2),
        (codes.LoginCode.INVALID_CREDENTIALS, 3),
        (codes.PlaceCode.ORDER_REJECTED, 2),
        (codes.PlaceCode.CONTRACT_NOT_FOUND, 8),
        (codes.CancelCode.ORDER_NOT_FOUND, 2),
        (codes.CloseCode.ORDER_REJECTED, 5),
        (codes.CloseCode.ACCOUNT_REJECTED, 8),
        (codes.PartialCloseCode.INVALID_CLOSE_SIZE, 5),
        (codes.PartialCloseCode.ORDER_REJECTED, 6),
        (codes.PartialCloseCode.ACCOUNT_REJECTED, 9),
    ],
)
def test_the_numbers_are_the_gateways(member: int, number: int) -> None:
    assert member == number
