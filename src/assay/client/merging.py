"""Merging a journal's records into one batch, kind by kind."""

from array import array
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final

import msgspec

from assay.client.recent import RecentRecords
from assay.client.records import METRIC, Record, SpooledArtifact, decode_value
from assay.entities.datasets import DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.entities.media import MediaFile
from assay.entities.runs import Param, RunTag
from assay.wire.chunk import MetricColumns, SeriesKey
from assay.wire.ingest import RunAttempt, RunCreation, RunEnd, SequencedAmendment, SequencedParam

_kind: Final = itemgetter(0)


class MetricTable:
    """Metric values as growing columns; `series` numbers each distinct (key, model, data set)."""

    def __init__(self) -> None:
        self.series: dict[SeriesKey, int] = {}
        self.series_index = array("I")
        self.steps = array("q")
        self.timestamps = array("q")
        self.values = array("d")

    def __len__(self) -> int:
        return len(self.values)

    def add_plain(self, records: list[Record]) -> None:
        """Add records of kind `metric`; all work is in C, a few tenths of a microsecond each."""
        _, _, keys, values, steps, timestamps, _ = zip(*records, strict=True)
        index = {key: self._number(SeriesKey(key)) for key in dict.fromkeys(keys)}
        self.series_index.extend(map(index.__getitem__, keys))
        try:
            self.values.extend(array("d", values))
        except TypeError:
            self.values.extend(array("d", map(decode_value, values)))
        self.steps.extend(array("q", steps))
        self.timestamps.extend(array("q", timestamps))

    def add(self, record: Record) -> None:
        """Add a record of kind `model_metric`."""
        _, _, key, value, step, timestamp, model_id, dataset_name, dataset_digest, _ = record
        series = SeriesKey(key, model_id, dataset_name, dataset_digest)
        self.series_index.append(self._number(series))
        self.values.append(decode_value(value))
        self.steps.append(step)
        self.timestamps.append(timestamp)

    def add_recent(self, recent: RecentRecords) -> None:
        """Add the metrics of `recent`, whole columns at a time."""
        names = recent.key_names
        index = {number: self._number(SeriesKey(names[number])) for number in set(recent.keys)}
        self.series_index.extend(map(index.__getitem__, recent.keys))
        self.values.extend(recent.values)
        self.steps.extend(recent.steps)
        self.timestamps.extend(recent.timestamps)

    def columns(self) -> MetricColumns:
        """Return the columns as they travel."""
        return MetricColumns(
            list(self.series), self.series_index, self.steps, self.timestamps, self.values
        )

    def _number(self, series: SeriesKey) -> int:
        return self.series.setdefault(series, len(self.series))


class MergedRecords:
    """Consecutive records of one writer, merged; what a delivery sends."""

    def __init__(self, run_id: str, writer_id: str, rank: int | None = None) -> None:
        self.run_id: Final = run_id
        self.writer_id: Final = writer_id
        self.rank = rank
        self.first_seq = 0
        self.last_seq = 0
        self.create: RunCreation | None = None
        self.attempt: RunAttempt | None = None
        self.end: RunEnd | None = None
        self.metrics = MetricTable()
        self.params: list[SequencedParam] = []
        self.amendments: list[SequencedAmendment] = []
        self.media: list[MediaFile] = []
        self.tags: dict[str, str | None] = {}
        self.dataset_inputs: list[DatasetInput] = []
        self.model_inputs: list[LoggedModelInput] = []
        self.model_outputs: list[LoggedModelOutput] = []
        self.artifacts: list[SpooledArtifact] = []
        self.n_text_bytes = 0

    @property
    def n_records(self) -> int:
        """How many sequence numbers the merged records span."""
        return self.last_seq - self.first_seq + 1 if self.first_seq else 0

    @property
    def is_urgent(self) -> bool:
        """True when somebody may wait for these records: the run begins or ends in them."""
        return self.create is not None or self.end is not None

    def add(self, records: list[Record]) -> None:
        """Add records that follow on what is here."""
        if not records:
            return
        self.first_seq = self.first_seq or records[0][1]
        self.last_seq = records[-1][1]
        if records[0][0] == METRIC and set(map(_kind, records)) == {METRIC}:
            self.metrics.add_plain(records)
            return
        plain = [record for record in records if record[0] == METRIC]
        if plain:
            self.metrics.add_plain(plain)
        for record in records:
            if record[0] != METRIC:
                self._add_other(record)

    def add_recent(self, recent: RecentRecords) -> None:
        """Add records that a journal still had in memory and that follow on what is here."""
        self.first_seq = self.first_seq or recent.first_seq
        self.last_seq = recent.last_seq
        self.metrics.add_recent(recent)
        for record in recent.others:
            self._add_other(record)

    def set_tags(self) -> tuple[RunTag, ...]:
        """Return the tags whose last word is a value."""
        return tuple(RunTag(key, value) for key, value in self.tags.items() if value is not None)

    def deleted_tags(self) -> tuple[str, ...]:
        """Return the keys of the tags whose last word is their deletion."""
        return tuple(key for key, value in self.tags.items() if value is None)

    def _add_other(self, record: Record) -> None:
        match record[0]:
            case "model_metric":
                self.metrics.add(record)
            case "param":
                self.n_text_bytes += len(record[3])
                self.params.append(_param(record))
            case "tag":
                self.n_text_bytes += len(record[3])
                self.tags[record[2]] = record[3]
            case "delete_tag":
                self.tags[record[2]] = None
            case "artifact":
                self.artifacts.append(msgspec.convert(record[2], SpooledArtifact))
            case _:
                self._add_rare(record)

    def _add_rare(self, record: Record) -> None:
        match record[0]:
            case "amend_param":
                self.n_text_bytes += len(record[3])
                self.amendments.append(SequencedAmendment(record[1], *record[2:-1]))
            case "media":
                self.n_text_bytes += len(record[2]["path"]) + len(record[2].get("details") or "")
                self.media.append(msgspec.convert(record[2], MediaFile))
            case "create":
                self.create = msgspec.convert(record[2], RunCreation)
            case "attempt":
                self.attempt = msgspec.convert(record[2], RunAttempt)
            case "end":
                self.end = msgspec.convert(record[2], RunEnd)
            case "inputs":
                self.n_text_bytes += sum(map(_n_bytes_of_input, record[2]))
                self.dataset_inputs += _convert_all(record[2], DatasetInput)
                self.model_inputs += _convert_all(record[3], LoggedModelInput)
            case "outputs":
                self.model_outputs += _convert_all(record[2], LoggedModelOutput)


def _param(record: Record) -> SequencedParam:
    """Return a param; its type stands before the checksum, when it has one."""
    kind = record[4] if len(record) > 5 else None
    return SequencedParam(record[1], Param(record[2], record[3]), kind)


def _n_bytes_of_input(item: Any) -> int:
    return sum(len(text or "") for text in item["dataset"].values())


def _convert_all(items: Iterable[Any], kind: type[Any]) -> list[Any]:
    return [msgspec.convert(item, kind) for item in items]
