"""What `/metrics` tells of a service's relay and followers: read off them whenever somebody looks."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from common.inbox import Follower
from common.relay import Relay


class MessagingCollector(Collector):
    """Measures one relay and the followers beside it."""

    def __init__(self, relay: Relay, followers: Sequence[Follower]) -> None:
        self._relay, self._followers = relay, followers

    def collect(self) -> Iterator[Metric]:
        yield self._positions()
        yield GaugeMetricFamily(
            "outbox_events", "events waiting for the relay at its last look", self._relay.waiting
        )
        yield self._stopped()
        yield self._gauge("events_behind", "events of a source not applied yet", "behind")
        yield self._gauge("events_parked", "events of a source set aside", "parked")
        yield self._counter("events_applied", "events of a source applied since the start", "applied")
        yield self._counter("events_ignored", "events of a type that nothing here follows", "ignored")

    def _positions(self) -> Metric:
        found = GaugeMetricFamily(
            "journal_position", "how far events were published or applied", labels=("role", "source")
        )
        found.add_metric(("relay", self._relay.source), self._relay.position)
        for follower in self._followers:
            found.add_metric(("follower", follower.source), follower.position)
        return found

    def _stopped(self) -> Metric:
        found = GaugeMetricFamily(
            "messaging_stopped", "1: stands still until somebody has looked", labels=("role", "source")
        )
        found.add_metric(("relay", self._relay.source), self._relay.stopped is not None)
        for follower in self._followers:
            found.add_metric(("follower", follower.source), follower.stopped is not None)
        return found

    def _gauge(self, name: str, text: str, attribute: str) -> Metric:
        found = GaugeMetricFamily(name, text, labels=("source",))
        for follower in self._followers:
            found.add_metric((follower.source,), getattr(follower, attribute))
        return found

    def _counter(self, name: str, text: str, attribute: str) -> Metric:
        found = CounterMetricFamily(name, text, labels=("source",))
        for follower in self._followers:
            found.add_metric((follower.source,), getattr(follower, attribute))
        return found
