"""What the clients have in common: a masked log, and errors that say whose fault it is."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException, ThrottleEvent
from confluent_kafka.admin import AdminClient

from springhead.errors import BrokerUnavailableError, ConnectionSettingsError, FencedError, RefusedError, SpringheadError, StoppedError
from springhead.kafka.background import begun
from springhead.kafka.connection import Connection
from springhead.kafka.refusals import is_without_token, misfit, refusal, unusable
from springhead.kafka.settings import TRANSACTION_S, admin_settings

T = TypeVar("T")

_SLICE_S = 0.25  # a blocking call keeps signals waiting: none is longer
_AGAIN_S = 10.0
_DIGITS = re.compile(r"\d+")
_NOBODY = "Connect to "  # how librdkafka's text goes on where nobody takes a connection
ANSWER_S = 15.0  # within which a broker has to answer

_DENIED = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
    }
)
_AWAY = frozenset(
    {
        KafkaError._TIMED_OUT,
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._RESOLVE,
        KafkaError._DESTROY_BROKER,  # a broker that died while it was asked may be taken for one that has left the cluster
        KafkaError.REQUEST_TIMED_OUT,
    }
)

FENCED = frozenset({KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED})


class _Edited(logging.Filter):
    """Masks a connection's secrets in librdkafka's log, and passes each message once in ten seconds: while a broker is down, librdkafka logs ten times a second."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        text = self._connection.mask(record.getMessage())
        record.msg, record.args = text, ()
        now, what = time.monotonic(), _DIGITS.sub("", text)
        if now - self._told.get(what, -_AGAIN_S) < _AGAIN_S:
            return False
        self._told[what] = now
        return True


def logger_of(connection: Connection) -> logging.Logger:
    """The logger that librdkafka's clients of this connection write to, instead of stderr."""
    logger = logging.getLogger(f"springhead.kafka.{connection.id}")
    logger.filters = [_Edited(connection)]
    return logger


class Watch:
    """Receives librdkafka's errors; keeps the one that waiting does not resolve.

    Args:
        connection: whose secrets are masked.
        transaction_s: the transaction's timeout, where the client has any.
        lasting: whether the client lives longer than a token: where none can be had for the next one, librdkafka asks again, and the present one still holds.
    """

    def __init__(self, connection: Connection, transaction_s: float = TRANSACTION_S, *, lasting: bool = False) -> None:
        self._connection, self._transaction_s, self._lasting = connection, transaction_s, lasting
        self.fatal: SpringheadError | None = None
        self.last = ""
        self.began: float | None = None  # when the transaction did, on time.monotonic()'s clock
        self.held_back_s = 0.0  # the longest time for which a quota has held an answer back
        self.closed = False  # whether somebody took a connection and closed it, for reasons that librdkafka does not know

    def __call__(self, error: KafkaError) -> None:
        """librdkafka's error_cb; never raises."""
        text = self._connection.mask(error.str())
        if error.code() in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN) and _NOBODY not in self.last + text:
            self.closed = True  # of a connection that is closed at once librdkafka tells the second alone, of one that nobody takes both
        self.last = text
        if self._lasting and is_without_token(text):
            return
        if refused := refusal(self._connection, error.code(), text):
            self.fatal = refused
        elif error.code() in FENCED:
            self.fatal = FencedError(f"connection '{self._connection.id}': the broker has fenced this attempt: {self._fenced()}")
        elif error.fatal():
            self.fatal = RefusedError(f"connection '{self._connection.id}': {text}")

    def throttled(self, event: ThrottleEvent) -> None:
        """librdkafka's throttle_cb; never raises."""
        self.held_back_s = max(self.held_back_s, event.throttle_time)

    def _fenced(self) -> str:
        open_s = time.monotonic() - self.began if self.began is not None else 0.0
        if open_s <= self._transaction_s:
            return (
                f"a newer attempt at the same batch has taken over, or the transaction was open longer than its {self._transaction_s:.0f} s. "
                "If no other attempt runs, a retry helps"
            )
        return (
            f"the transaction was open for {open_s:.0f} s, longer than its {self._transaction_s:.0f} s, or a newer attempt at the same batch has taken over."
            f"{of_quota(self.held_back_s) or ' A retry helps if the way to the broker was slow for once; else publish fewer records at a time'}"
        )


def of_quota(held_back_s: float) -> str:
    """What to do about a quota that has held answers back for so long; nothing where none has."""
    if not held_back_s:
        return ""
    return (
        f" A quota of the client or its user (producer_byte_rate, request_percentage) has held answers of the broker back, for up to {held_back_s:.1f} s each: "
        "raise it, or publish fewer records at a time"
    )


def unavailable(connection: Connection, watch: Watch) -> BrokerUnavailableError:
    """No broker answered."""
    servers = connection.mask(str(connection.settings.get("bootstrap.servers")))
    why = f" ({watch.last})" if watch.last else ""
    if str(connection.settings.get("security.protocol", "plaintext")).lower() == "plaintext" and _listens(servers):
        why += (
            ". Something listens there: if it is a broker that wants a login or TLS, set security.protocol in the connection, such as SASL_SSL with sasl.mechanism, "
            "sasl.username and sasl.password"
        )
    return BrokerUnavailableError(
        f"connection '{connection.id}': no broker answers at {servers}{why}. Is it running, and is bootstrap.servers right? A retry may help"
    )


def _listens(servers: str) -> bool:
    """Whether anything takes a connection at the first of the addresses."""
    host, _, port = servers.split(",")[0].strip().rpartition(":")
    try:
        socket.create_connection((host.rpartition("/")[2].strip("[]"), int(port)), timeout=1).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


class Admin:
    """An admin client of a connection, whose calls can be interrupted and whose errors are ours.

    Args:
        connection: where to.
        stop: ends every wait for an answer.

    Raises:
        ConnectionSettingsError: the connection's settings cannot be used.
    """

    def __init__(self, connection: Connection, stop: threading.Event | None = None) -> None:
        self.connection, self._stop = connection, stop
        self._watch = Watch(connection)
        self._looking: Future[SpringheadError | None] | None = None
        self._client: AdminClient = make_client(AdminClient, connection, {**admin_settings(connection), "error_cb": self._watch})

    def call(self, method: str, *args: Any, **kwargs: Any) -> dict[Any, Future[Any]]:
        """One of AdminClient's methods that give futures."""
        futures: dict[Any, Future[Any]] = getattr(self._client, method)(*args, request_timeout=ANSWER_S, **kwargs)
        return futures

    def ask(self, method: str, *args: Any, **kwargs: Any) -> Future[Any]:
        """One of AdminClient's methods that give one future."""
        future: Future[Any] = getattr(self._client, method)(*args, request_timeout=ANSWER_S, **kwargs)
        return future

    def wait(self, future: Future[T], what: str, stop: threading.Event | None = None, *, acl: str = "Describe") -> T:
        """A call's result; `acl` is the one that it needs.

        Raises:
            StoppedError: the stop event is set.
            ConnectionSettingsError: the broker does not accept the credentials.
            BrokerUnavailableError: no broker answered in time.
            RefusedError: it is not permitted.
            KafkaException: anything else.
        """
        for _ in range(int(ANSWER_S / _SLICE_S) + 4):
            try:
                return future.result(timeout=_SLICE_S)
            except NotYet:
                if check_stop(stop) or check_stop(self._stop):
                    raise StoppedError(f"stopped while {what}") from None
                self._client.poll(0)
                self._look()
                if self._watch.fatal:
                    raise self._watch.fatal from None
            except KafkaException as error:
                self._client.poll(0)  # the watch may not have heard yet why the call failed
                code = error.args[0].code()
                if code not in _AWAY:
                    self._watch(error.args[0])
                if self._watch.fatal:
                    raise self._watch.fatal from None
                if code in _AWAY:
                    raise unavailable(self.connection, self._watch) from None
                if code in _DENIED:
                    raise RefusedError(
                        self.connection.mask(
                            f"connection '{self.connection.id}': {what} is not permitted ({error.args[0].str()}). Give its user the ACL {acl}"
                        )
                    ) from None
                raise
        raise unavailable(self.connection, self._watch)

    def _look(self) -> None:
        """Where a connection was closed: whether the broker wants another security.protocol. Once, in a thread, for who does not answer takes seconds."""
        if self._watch.closed and self._looking is None:
            self._looking = begun(f"look {self.connection.id}", misfit, self.connection)
        if self._looking is not None and self._looking.done():
            self._watch.fatal = self._watch.fatal or self._looking.result()


def make_client(kind: Callable[..., T], connection: Connection, settings: dict[str, Any]) -> T:
    """A client of confluent_kafka.

    Raises:
        ConnectionSettingsError: librdkafka refuses a setting.
        BrokerUnavailableError: oauth_cb gave no token within confluent_kafka's 10 s.
    """
    try:
        return kind(settings, logger=logger_of(connection))
    except (KafkaException, ValueError, TypeError) as error:
        reason = error.args[0].str() if isinstance(error, KafkaException) else str(error)
        if isinstance(error, KafkaException) and error.args[0].code() == KafkaError.SASL_AUTHENTICATION_FAILED:
            raise BrokerUnavailableError(
                connection.mask(
                    f"connection '{connection.id}': no token for OAUTHBEARER ({reason}). Is its service there? A retry may help"
                )
            ) from None
        raise ConnectionSettingsError(connection.mask(f"connection '{connection.id}': {unusable(connection, reason)}")) from None


def check_stop(stop: threading.Event | None) -> bool:
    """Whether the run was told to stop."""
    return stop is not None and stop.is_set()
