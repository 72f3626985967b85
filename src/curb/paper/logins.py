"""What the venue answers to who comes, stays and goes: the four endpoints of tokens."""

from starlette.requests import Request

from curb.paper import bodies
from curb.paper.answer import Answer
from curb.paper.answers import Envelope, envelope
from curb.paper.doors import Doors
from curb.paper.floor import Floor
from curb.wire import names
from curb.wire.codes import LoginCode, LogoutCode, ValidateCode

# Who comes has no token yet, and a body that no record may hold.
OPEN = (names.LOGIN_KEY, names.LOGIN_APP)


class Logins:
    """Answers by path; each body may be left out where nothing is asked."""

    def __init__(self, floor: Floor, doors: Doors) -> None:
        self._floor = floor
        self._doors = doors
        self.paths = (*OPEN, names.VALIDATE, names.LOG_OUT)

    def answer(self, request: Request, raw: bytes) -> Envelope:
        """Return the answer; raises ValueError for a body that lacks what it needs."""
        match request.url.path:
            case names.LOGIN_KEY:
                return self._by_key(bodies.parse(bodies.LoginKey, raw))
            case names.LOGIN_APP:
                body = bodies.parse(bodies.LoginApp, raw)
                code, token = self._doors.log_in_app(body, self._floor.clock.now())
                return envelope(Answer(code), {"token": token})
            case names.LOG_OUT:
                self._doors.log_out(request)
                return envelope(Answer(LogoutCode.SUCCESS))
            case _:
                return self._renewed()

    def _by_key(self, body: bodies.LoginKey) -> Envelope:
        now = self._floor.clock.now()
        token = self._doors.log_in(body.user_name, body.api_key.get_secret_value(), now)
        code = LoginCode.SUCCESS if token else LoginCode.INVALID_CREDENTIALS
        return envelope(Answer(code), {"token": token})

    def _renewed(self) -> Envelope:
        token = self._doors.renew(self._floor.clock.now())
        code = ValidateCode.SUCCESS if token else ValidateCode.EXPIRED_TOKEN
        return envelope(Answer(code), {"newToken": token})
