"""A scene whose venue places and moves stops, and tells of them on the hub."""

from collections.abc import Iterable
from dataclasses import replace

from curb.domain.actions import Action, MoveStop, PlaceStop
from curb.domain.book import Order, OrderStatus, OrderType
from curb.domain.events import OrderSeen, Outcome, RequestEnded
from tests.scene import Deeds, Scene


class StopScene(Scene):
    """A scene for RULE-012."""

    def answer(self, actions: Iterable[Action], outcome: Outcome = Outcome.DONE) -> Deeds:
        """Answer stops too; what was done only a read or `hub` tells."""
        out: list[Action] = []
        for action in actions:
            if isinstance(action, PlaceStop | MoveStop):
                if outcome is Outcome.DONE:
                    self.stop(action)
                out += self._handle(RequestEnded(action.request_id, outcome, 1))
            else:
                out += super().answer([action], outcome).actions
        return Deeds(tuple(out))

    def stop(self, request: PlaceStop | MoveStop) -> None:
        """Place or move a stop at the venue."""
        if isinstance(request, MoveStop):
            held = self.orders[request.order_id]
            size = held.size if request.size is None else request.size
            moved = replace(held, size=size, stop_price=request.price, updated_at=self.now)
            self.orders[held.id] = moved
            return
        self.last_id += 1
        self.orders[self.last_id] = Order(
            id=self.last_id,
            account_id=request.account_id,
            contract_id=request.contract_id,
            side=request.side,
            type=OrderType.STOP,
            status=OrderStatus.OPEN,
            size=request.size,
            stop_price=request.price,
            updated_at=self.now,
            tag=request.tag,
        )

    def hub(self, deeds: Deeds) -> Deeds:
        """Carry out every request among the deeds, and tell the orders on the hub."""
        before = dict(self.orders)
        out = list(self.answer(deeds.actions).actions)
        for order in [o for i, o in self.orders.items() if before.get(i) != o]:
            out += self._handle(OrderSeen(order))
        for order in [o for i, o in before.items() if i not in self.orders]:
            out += self._handle(OrderSeen(replace(order, status=OrderStatus.CANCELLED)))
        return Deeds(tuple(out))
